import { describe, expect, it } from '@jest/globals'
import { newFakeClock, settle } from '../testing/fake-clock.ts'
import { Cancellation } from './cancellation.ts'
import type { Connection } from './connection.ts'
import { transportError } from './connection-error.ts'
import { ConnectionPool, type PoolOptions } from './connection-pool.ts'
import { DialBackoff } from './dial-backoff.ts'
import type { PooledConnection } from './pooled-connection.ts'
import type { TransportError } from './status-error.ts'

const ABORTED = transportError('aborted', 'm')

/** A connection as far as a pool sees it; tests set what it carries. */
class Line implements Connection {
  readonly capacity: number
  readonly failure = undefined
  inFlight = 0
  usable = true
  closedBy: TransportError | undefined

  constructor(capacity: number) {
    this.capacity = capacity
  }

  start(): never {
    throw new Error('a pool starts nothing')
  }

  close(error?: TransportError): void {
    this.usable = false
    this.closedBy = error
  }
}

/** A pool whose dials give connections of these capacities in turn, the last one again and again; those of 0 have ended. */
function newPool(capacities: readonly number[], options: Partial<PoolOptions> = {}) {
  const dialled: Line[] = []
  const open = async (): Promise<Connection> => {
    await settle()
    const line = new Line(capacities[Math.min(dialled.length, capacities.length - 1)] ?? 0)
    if (line.capacity === 0) line.close()
    dialled.push(line)
    return line
  }
  const clock = newFakeClock()
  const backoff = new DialBackoff({ ...clock, random: () => 1 }, 2000)
  const pool = new ConnectionPool({ open, backoff, maxConnections: 4, mayOverfill: false, where: 'm', ...options })
  return { pool, dialled, clock }
}

/** Starts a request on it. */
function start(place: PooledConnection): Connection {
  place.release()
  if (place.connection instanceof Line) place.connection.inFlight++
  return place.connection
}

const many = (count: number, pool: ConnectionPool) =>
  Array.from({ length: count }, async () => pool.acquire(false, new Cancellation()))

describe('a pool of connections', () => {
  it('dials another one for those whom the first has no room for', async () => {
    const { pool, dialled } = newPool([2])
    const given = (await Promise.all(many(5, pool))).map(start)
    expect(given).toEqual([0, 0, 1, 1, 2].map(i => dialled[i]))
    expect(dialled).toHaveLength(3)
  })

  it('gives no place twice, though nothing has started on it yet', async () => {
    const { pool, dialled } = newPool([1])
    const [first] = await Promise.all(many(1, pool))
    const second = await pool.acquire(false, new Cancellation())
    expect(second.connection).toBe(dialled[1])
    first?.release()
    expect(pool.acquire(false, new Cancellation())).toBe(first)
  })

  it('prefers one that has room to one that carries less and has none', async () => {
    const { pool, dialled } = newPool([2, 10], { mayOverfill: true })
    for (const place of await Promise.all(many(3, pool))) start(place)
    await settle()
    const [small, large] = dialled
    if (small === undefined || large === undefined) throw new Error('two were dialled')
    small.inFlight = 2
    large.inFlight = 5
    expect((await pool.acquire(false, new Cancellation())).connection).toBe(large)
  })

  it('fills the last one beyond its room where it may, and as many as it may dial', async () => {
    const { pool, dialled } = newPool([1], { mayOverfill: true, maxConnections: 2 })
    for (let turn = 0; turn < 5; turn++) {
      start(await pool.acquire(false, new Cancellation()))
      await settle()
    }
    expect(dialled.map(({ inFlight }) => inFlight)).toEqual([3, 2])
  })

  it('takes no place for a request that has ended, and dials no more for it', async () => {
    const { pool, dialled } = newPool([1])
    const ended = new Cancellation()
    const waiting = [pool.acquire(false, ended), pool.acquire(false, new Cancellation()), pool.acquire(false, ended)]
    ended.cancel(ABORTED)
    const [first, second, third] = await Promise.allSettled(waiting)
    expect([first, third]).toEqual([
      { status: 'rejected', reason: ABORTED },
      { status: 'rejected', reason: ABORTED },
    ])
    expect(second).toMatchObject({ status: 'fulfilled', value: { connection: dialled[0], load: 1 } })
    expect(dialled).toHaveLength(1)
  })

  it('backs off from a server that hangs up before it was asked, once for each dial however many wait', async () => {
    const { pool, dialled, clock } = newPool([0])
    for (let turn = 1; turn <= 3; turn++) {
      const failed = await Promise.allSettled(many(50, pool))
      expect(failed.every(({ status }) => status === 'rejected')).toBe(true)
      expect(dialled).toHaveLength(turn)
    }
    await Promise.allSettled(many(50, pool))
    expect(dialled).toHaveLength(3)
    await clock.advance(100)
    await Promise.allSettled(many(50, pool))
    expect(dialled).toHaveLength(4)
  })

  it('ends when it is closed what is in flight on connections out of use, too', async () => {
    const { pool, dialled } = newPool([10])
    start(await pool.acquire(false, new Cancellation()))
    const [leaving] = dialled
    if (leaving === undefined) throw new Error('one was dialled')
    leaving.usable = false
    start(await pool.acquire(false, new Cancellation()))
    pool.close(ABORTED)
    expect(dialled.map(({ closedBy }) => closedBy)).toEqual([ABORTED, ABORTED])
    await expect(pool.acquire(false, new Cancellation())).rejects.toBe(ABORTED)
  })

  it('ends what is dialled just then when it is closed', async () => {
    const { pool, dialled } = newPool([10])
    const waiting = pool.acquire(false, new Cancellation())
    pool.close(ABORTED)
    await expect(waiting).rejects.toBe(ABORTED)
    expect(dialled[0]?.closedBy).toBe(ABORTED)
  })
})
