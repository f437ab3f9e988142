import { describe, expect, it } from '@jest/globals'
import { StatusError, TransportError } from '../kube/status-error.ts'
import { newFakeClock, settle } from '../testing/fake-clock.ts'
import { newKeptLog } from '../testing/silent-log.ts'
import { type ControllerOptions, newController, type Outcome } from './controller.ts'
import { awaitChange, ReconcileError, requeueAfter } from './reconcile-error.ts'

function newRun(reconcile: ControllerOptions['reconcile'], options: Partial<ControllerOptions> = {}) {
  const clock = newFakeClock()
  const log = newKeptLog()
  const outcomes: Outcome[] = []
  const metrics = {
    controller: () => ({
      added: () => {},
      retried: () => {},
      waited: () => {},
      reconciled: (outcome: Outcome) => void outcomes.push(outcome),
      stopped: () => {},
    }),
  }
  const controller = newController(
    { name: 'test', concurrency: 1, reconcile, ...options },
    { clock, log, metrics, random: () => 0 },
  )
  controller.start()
  return { controller, clock, log, outcomes }
}

/** Fails with the given errors one after the other, then succeeds; remembers when it ran. */
function failing(...errors: readonly unknown[]) {
  const left = [...errors]
  const state = { runs: 0 }
  const reconcile = async () => {
    state.runs++
    if (left.length > 0) throw left.shift()
    return awaitChange()
  }
  return { state, reconcile }
}

/** How often a key was reconciled, begun with these errors, at moments before and after each of those at which it may be looked at again. */
async function runsAfter(errors: readonly unknown[]): Promise<readonly number[]> {
  const { state, reconcile } = failing(...errors)
  const { controller, clock } = newRun(reconcile)
  controller.enqueue('a')
  const seen: number[] = []
  for (const ms of [1_000, 5_000, 25_000, 150_000, 600_000]) {
    await clock.advance(ms)
    seen.push(state.runs)
  }
  return seen
}

describe('a key that failed, and was well at once', () => {
  it.each([
    { name: 'a broken connection', error: new TransportError('reset', 'broken'), runs: [2, 3, 4, 5, 5] },
    {
      name: 'a server in trouble',
      error: new StatusError({ code: 504, reason: '', message: '' }),
      runs: [2, 3, 4, 5, 5],
    },
    {
      name: 'what came of one',
      error: new Error('x', { cause: new TransportError('timeout', '') }),
      runs: [2, 3, 4, 5, 5],
    },
    {
      name: 'a request that was not sent',
      error: new TransportError('refused', '', { unprocessed: true }),
      runs: [2, 2, 2, 2, 2],
    },
    { name: 'a refusal', error: new StatusError({ code: 422, reason: '', message: '' }), runs: [2, 2, 2, 2, 2] },
  ])('is looked at as often as what was written may still come to light: $name', async ({ error, runs }) => {
    expect(await runsAfter([error])).toEqual(runs)
  })

  const lost = new TransportError('reset', 'broken')
  const waiting = new ReconcileError('InvalidPlacement', 'x', { retry: 'never' })
  const waitingOpen = new ReconcileError('InvalidPlacement', 'x', { retry: 'never', cause: lost })
  it.each([
    { name: 'after a write that was left open', errors: [lost, waiting, waiting], runs: [2, 3, 4, 5, 5] },
    { name: 'each time with a write left open', errors: Array(9).fill(waitingOpen), runs: [1, 2, 3, 4, 4] },
  ])('is looked at again also when it waits for a change: $name', async ({ errors, runs }) => {
    expect(await runsAfter(errors)).toEqual(runs)
  })

  it('is looked at anew from its last failure on', async () => {
    const { state, reconcile } = failing(lost, lost)
    const { controller, clock } = newRun(reconcile)
    controller.enqueue('a')
    await clock.advance(4_000)
    expect(state.runs).toBe(3)
    controller.enqueue('a')
    await clock.advance(2_000)
    expect(state.runs).toBe(5)
  })
})

describe('workers', () => {
  it('run at most as many reconciles at once as allowed, and each key by one of them', async () => {
    let running = 0
    let most = 0
    const seen: string[] = []
    const { controller, clock } = newRun(
      async key => {
        most = Math.max(most, ++running)
        seen.push(key)
        await new Promise<void>(resolve => clock.after(10, resolve))
        running--
        return awaitChange()
      },
      { concurrency: 2 },
    )
    for (const key of ['a', 'b', 'c', 'd']) controller.enqueue(key)
    await settle()
    controller.enqueue('a')
    expect(controller.idle).toBe(false)
    await clock.advance(100)
    expect(most).toBe(2)
    expect(seen).toEqual(['a', 'b', 'c', 'd', 'a'])
    expect(controller.idle).toBe(true)
  })

  it('that are released take other keys, and their own key not before its reconcile has ended', async () => {
    const seen: string[] = []
    const { controller, clock } = newRun(async (key, _signal, worker) => {
      seen.push(key)
      worker.release(() => undefined)
      worker.release(() => undefined)
      await new Promise<void>(resolve => clock.after(10, resolve))
      return awaitChange()
    })
    for (const key of ['a', 'b', 'c']) controller.enqueue(key)
    await settle()
    controller.enqueue('a')
    await settle()
    expect(seen).toEqual(['a', 'b', 'c'])
    expect(controller.idle).toBe(false)
    await clock.advance(10)
    expect(seen).toEqual(['a', 'b', 'c', 'a'])
    await clock.advance(10)
    expect(controller.idle).toBe(true)
  })

  it('that are released are told when their key is wanted again, also before they are, but not by what stands', async () => {
    const told: string[] = []
    const { controller, clock } = newRun(
      async (key, _signal, worker) => {
        await new Promise<void>(resolve => clock.after(10, resolve))
        worker.release(why => told.push(`${key} ${why}`))
        await new Promise<void>(resolve => clock.after(20, resolve))
        return awaitChange()
      },
      { concurrency: 3 },
    )
    for (const key of ['early', 'late', 'standing']) controller.enqueue(key)
    await settle()
    controller.enqueue('early')
    await clock.advance(10)
    expect(told).toEqual(['early again'])
    controller.enqueue('late')
    controller.enqueue('late')
    controller.enqueue('standing', { priority: 'low' })
    await settle()
    expect(told).toEqual(['early again', 'late again'])
    await clock.advance(1000)
    expect(controller.idle).toBe(true)
  })

  it('are not kept from what stands by those of its reconciles that were released', async () => {
    const seen: string[] = []
    const { controller, clock } = newRun(
      async (key, _signal, worker) => {
        seen.push(key)
        worker.release(() => undefined)
        await new Promise<void>(resolve => clock.after(10, resolve))
        return awaitChange()
      },
      { concurrency: 4 },
    )
    const standing = ['s1', 's2', 's3', 's4', 's5', 's6']
    for (const key of standing) controller.enqueue(key, { priority: 'low' })
    await settle()
    expect(seen).toEqual(standing)
    await clock.advance(10)
    controller.enqueue('s1', { priority: 'low' })
    await settle()
    expect(seen).toEqual([...standing, 's1'])
  })

  it('are kept free for what is new: a quarter of them takes nothing that stands', async () => {
    const seen: string[] = []
    const { controller, clock } = newRun(
      async key => {
        seen.push(key)
        await new Promise<void>(resolve => clock.after(10, resolve))
        return awaitChange()
      },
      { concurrency: 4 },
    )
    const standing = ['s1', 's2', 's3', 's4', 's5']
    for (const key of standing) controller.enqueue(key, { priority: 'low' })
    await settle()
    expect(seen).toEqual(['s1', 's2', 's3'])
    controller.enqueue('new')
    await settle()
    expect(seen).toEqual(['s1', 's2', 's3', 'new'])
    await clock.advance(100)
    expect(seen.toSorted()).toEqual(['new', ...standing])
    expect(controller.idle).toBe(true)
  })

  it('rest while a key that has to be looked at again is at work', async () => {
    let looks = 0
    const gate = Promise.withResolvers<void>()
    const controller = newController(
      {
        name: 'test',
        concurrency: 2,
        reconcile: async () => {
          await gate.promise
          return awaitChange()
        },
      },
      { clock: { ...newFakeClock(), monotonicMs: () => ++looks }, log: newKeptLog() },
    )
    controller.start()
    controller.enqueue('a')
    await new Promise(setImmediate)
    controller.enqueue('a')
    await new Promise(setImmediate)
    const before = looks
    for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate)
    expect(looks).toBe(before)
    gate.resolve()
    await controller.stop()
  })

  it('let what comes from the network have its turn, however many keys wait', async () => {
    let nowMs = 0
    const seen: string[] = []
    const controller = newController(
      {
        name: 'test',
        concurrency: 1,
        reconcile: async key => {
          nowMs += 2
          seen.push(key)
          return awaitChange()
        },
      },
      { clock: { ...newFakeClock(), monotonicMs: () => nowMs }, log: newKeptLog() },
    )
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) controller.enqueue(key)
    controller.start()
    setImmediate(() => seen.push('network'))
    while (!controller.idle) await new Promise<void>(resolve => setImmediate(resolve))
    expect(seen.filter(each => each !== 'network')).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(seen.indexOf('network')).toBeLessThan(seen.indexOf('f'))
  })

  it('start only when told to', async () => {
    const { state, reconcile } = failing()
    const clock = newFakeClock()
    const controller = newController({ name: 'test', concurrency: 1, reconcile }, { clock, log: newKeptLog() })
    controller.enqueue('a')
    await settle()
    expect(state.runs).toBe(0)
    controller.start()
    await settle()
    expect(state.runs).toBe(1)
  })

  it('see several changes of one key as one', async () => {
    const { state, reconcile } = failing()
    const { controller } = newRun(reconcile)
    for (let i = 0; i < 10; i++) controller.enqueue('a')
    await settle()
    expect(state.runs).toBe(1)
  })

  it('run again after the time that a reconcile asked for', async () => {
    let runs = 0
    const { controller, clock, outcomes } = newRun(async () => (++runs === 1 ? requeueAfter(60_000) : awaitChange()))
    controller.enqueue('a')
    await clock.advance(59_999)
    expect(runs).toBe(1)
    await clock.advance(1)
    expect(runs).toBe(2)
    expect(outcomes).toEqual(['requeue', 'success'])
  })

  it('drop keys that another replica owns, also those that it took meanwhile', async () => {
    const seen: string[] = []
    let owned = 'ab'
    const reconcile = async (key: string) => {
      seen.push(key)
      return awaitChange()
    }
    const { controller } = newRun(reconcile, { owns: key => owned.includes(key) })
    controller.enqueue('a')
    controller.enqueue('b')
    controller.enqueue('c')
    owned = 'a'
    await settle()
    expect(seen).toEqual(['a'])
  })
})

describe('failures', () => {
  it('are tried again after a back-off that grows, and logged once each', async () => {
    const { state, reconcile } = failing(new TransportError('refused', 'no', { unprocessed: true }), new Error('boom'))
    const { controller, clock, log, outcomes } = newRun(reconcile)
    controller.enqueue('a')
    await clock.advance(4)
    expect(state.runs).toBe(1)
    await clock.advance(1)
    expect(state.runs).toBe(2)
    await clock.advance(10)
    expect(state.runs).toBe(3)
    expect(outcomes).toEqual(['error', 'error', 'success'])
    expect(
      log.lines.map(({ level, fields }) => [level, fields['controller'], fields['key'], fields['attempt']]),
    ).toEqual([
      ['warn', 'test', 'a', 1],
      ['warn', 'test', 'a', 2],
      ['debug', 'test', 'a', undefined],
    ])
    await clock.advance(10_000)
    expect(state.runs).toBe(3)
  })

  it('that no retry can help wait for a change', async () => {
    const { state, reconcile } = failing(new ReconcileError('InvalidPlacement', 'x', { retry: 'never' }))
    const { controller, clock, log, outcomes } = newRun(reconcile)
    controller.enqueue('a')
    await clock.advance(2_000_000)
    expect(state.runs).toBe(1)
    expect(outcomes).toEqual(['terminal'])
    expect(log.lines).toHaveLength(1)
    controller.enqueue('a')
    await settle()
    expect(state.runs).toBe(2)
  })

  it('that say so are tried again within their time however often', async () => {
    const options = { retry: 'backoff', atMostMs: 30_000 } as const
    const error = new ReconcileError('RightMissing', 'no', options)
    const { state, reconcile } = failing(...Array.from({ length: 20 }, () => error))
    const { controller, clock } = newRun(reconcile, { backoff: { baseMs: 60_000, maxMs: 600_000 } })
    controller.enqueue('a')
    await clock.advance(20 * 30_000)
    expect(state.runs).toBe(21)
  })

  it('by a conflict are tried again within a second however often, and are no warning', async () => {
    const conflict = new StatusError({ code: 409, reason: 'Conflict', message: 'newer' })
    const { state, reconcile } = failing(...Array.from({ length: 15 }, () => conflict))
    const { controller, clock, log } = newRun(reconcile)
    controller.enqueue('a')
    await clock.advance(9000)
    expect(state.runs).toBe(16)
    expect(new Set(log.lines.map(({ level }) => level))).toEqual(new Set(['debug']))
  })

  it('wait as long as the server asks for', async () => {
    const busy = new StatusError({ code: 429, reason: 'TooManyRequests', message: 'busy', retryAfterMs: 3000 })
    const { state, reconcile } = failing(busy)
    const { controller, clock } = newRun(reconcile)
    controller.enqueue('a')
    await clock.advance(2999)
    expect(state.runs).toBe(1)
    await clock.advance(1)
    expect(state.runs).toBe(2)
  })

  it('wait no longer than after failures of their own, though the server asks for an hour', async () => {
    const maintenance = new StatusError({ code: 503, reason: 'Maintenance', message: 'later', retryAfterMs: 3_600_000 })
    const { state, reconcile } = failing(maintenance)
    const { controller, clock } = newRun(reconcile, { backoff: { baseMs: 1000, maxMs: 30_000 } })
    controller.enqueue('a')
    await clock.advance(29_999)
    expect(state.runs).toBe(1)
    await clock.advance(1)
    expect(state.runs).toBe(2)
  })

  it.each([
    { name: 'undefined', thrown: undefined },
    { name: 'a string', thrown: 'text' },
    {
      name: 'a circular object',
      thrown: (() => {
        const o: Record<string, unknown> = {}
        o['self'] = o
        return o
      })(),
    },
    { name: 'a mistake of ours', thrown: new TypeError('x is undefined') },
  ])('of any kind never escape: $name', async ({ thrown }) => {
    const { state, reconcile } = failing(thrown)
    const { controller, clock, log, outcomes } = newRun(reconcile)
    controller.enqueue('a')
    await clock.advance(5)
    expect(state.runs).toBe(2)
    expect(outcomes).toEqual(['panic', 'success'])
    expect(log.lines[0]?.level).toBe('error')
  })

  it('thrown before the first await are caught too', async () => {
    const { controller, outcomes } = newRun(() => {
      throw new Error('synchronous')
    })
    controller.enqueue('a')
    await settle()
    expect(outcomes).toEqual(['error'])
  })
})

describe('the stop', () => {
  it('waits for running reconciles', async () => {
    let ended = false
    const { controller, clock } = newRun(async () => {
      await new Promise<void>(resolve => clock.after(100, resolve))
      ended = true
      return awaitChange()
    })
    controller.enqueue('a')
    controller.enqueue('b')
    await settle()
    const stopped = controller.stop(1000)
    await clock.advance(100)
    await stopped
    expect(ended).toBe(true)
    expect(controller.idle).toBe(true)
  })

  it('waits for those too whose workers were released, and tells them', async () => {
    const told: string[] = []
    const { controller } = newRun(async (key, _signal, worker) => {
      await new Promise<void>(resolve =>
        worker.release(why => {
          told.push(`${key} ${why}`)
          resolve()
        }),
      )
      told.push(`${key} ended`)
      return awaitChange()
    })
    for (const key of ['a', 'b']) controller.enqueue(key)
    await settle()
    await controller.stop()
    expect(told).toEqual(['a stop', 'b stop', 'a ended', 'b ended'])
  })

  it('does not wait longer than it may, and ends what still runs', async () => {
    let reason: unknown
    const { controller, clock, log } = newRun(
      (_, signal) =>
        new Promise((_, reject) =>
          signal.addEventListener('abort', () => {
            reason = signal.reason
            reject(signal.reason)
          }),
        ),
    )
    controller.enqueue('a')
    await settle()
    const stopped = controller.stop(1000)
    await clock.advance(1000)
    await stopped
    await settle()
    expect(reason).toEqual(new Error('controller test has stopped'))
    expect(log.lines.every(({ level }) => level === 'debug')).toBe(true)
  })
})
