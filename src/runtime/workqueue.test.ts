import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { Workqueue } from './workqueue.ts'

function newQueue(backoff = { baseMs: 5, maxMs: 1_000_000, jitter: 0 }) {
  const clock = newFakeClock()
  const waited: number[] = []
  const metrics = { added: () => {}, retried: () => {}, waited: (seconds: number) => void waited.push(seconds) }
  const queue = new Workqueue({ clock, onReady: () => {}, backoff, random: () => 0.5, metrics })
  return { queue, clock, waited }
}

function takeAll(queue: Workqueue): readonly string[] {
  const keys: string[] = []
  for (let key = queue.take(); key !== undefined; key = queue.take()) {
    keys.push(key)
    queue.done(key)
  }
  return keys
}

describe('order', () => {
  it('is first in, first out, each key once', () => {
    const { queue } = newQueue()
    for (const key of ['a', 'b', 'a', 'c', 'b']) queue.add(key)
    expect(queue.depth).toBe(3)
    expect(takeAll(queue)).toEqual(['a', 'b', 'c'])
  })

  it('takes high priority before low', () => {
    const { queue } = newQueue()
    queue.add('initial', { priority: 'low' })
    queue.add('changed')
    expect(takeAll(queue)).toEqual(['changed', 'initial'])
  })

  it('raises a waiting key of low priority, and never lowers one', () => {
    const { queue } = newQueue()
    queue.add('a', { priority: 'low' })
    queue.add('b', { priority: 'low' })
    queue.add('c')
    queue.add('b')
    queue.add('c', { priority: 'low' })
    expect(takeAll(queue)).toEqual(['c', 'b', 'a'])
    expect(queue.depth).toBe(0)
  })

  it('takes the higher rank first within a priority, and moves a waiting key up when its rank has risen', () => {
    const ranks = new Map([
      ['b', 10],
      ['initial', 99],
    ])
    const rankOf = (key: string): number => ranks.get(key) ?? 0
    const queue = new Workqueue({ clock: newFakeClock(), onReady: () => {}, rankOf })
    queue.add('initial', { priority: 'low' })
    for (const key of ['a', 'b', 'c', 'd']) queue.add(key)
    ranks.set('d', 20)
    queue.add('d')
    expect(queue.depth).toBe(5)
    expect(takeAll(queue)).toEqual(['d', 'b', 'a', 'c', 'initial'])
    expect(queue.depth).toBe(0)
  })

  it('does not starve low priority: each eleventh key is one of them', () => {
    const { queue } = newQueue()
    queue.add('low-1', { priority: 'low' })
    queue.add('low-2', { priority: 'low' })
    for (let i = 0; i < 30; i++) queue.add(`high-${i}`)
    const keys = takeAll(queue)
    expect(keys.indexOf('low-1')).toBe(10)
    expect(keys.indexOf('low-2')).toBe(21)
    expect(keys).toHaveLength(32)
  })

  it('passes over low priority where only high is wanted, and counts what runs of it', () => {
    const { queue } = newQueue()
    queue.add('low-1', { priority: 'low' })
    queue.add('low-2', { priority: 'low' })
    expect(queue.take({ only: 'high' })).toBeUndefined()
    expect(queue.take()).toBe('low-1')
    queue.add('high')
    expect(queue.isUrgent).toBe(true)
    expect(queue.take({ only: 'high' })).toBe('high')
    expect(queue.isUrgent).toBe(false)
    expect(queue.runningLow).toBe(1)
    for (const key of ['low-1', 'high']) queue.done(key)
    expect(queue.runningLow).toBe(0)
    expect(queue.take()).toBe('low-2')
  })

  it('skips the place that a raised key left behind, and finds the key again when it is added low later', () => {
    const { queue } = newQueue()
    queue.add('a', { priority: 'low' })
    queue.add('a')
    expect(takeAll(queue)).toEqual(['a'])
    queue.add('b', { priority: 'low' })
    queue.add('a', { priority: 'low' })
    expect([...takeAll(queue)].sort()).toEqual(['a', 'b'])
    expect(queue.take()).toBeUndefined()
  })
})

describe('a running key', () => {
  it('is not given out again before it is done, and then once if it was added meanwhile', () => {
    const { queue } = newQueue()
    queue.add('a')
    expect(queue.take()).toBe('a')
    queue.add('a', { priority: 'low' })
    queue.add('a')
    expect(queue.take()).toBeUndefined()
    expect(queue.depth).toBe(1)
    queue.done('a')
    expect(queue.take()).toBe('a')
    queue.done('a')
    expect(queue.take()).toBeUndefined()
  })
})

describe('delays', () => {
  it('add a key when its time comes, the earliest of several', async () => {
    const { queue, clock } = newQueue()
    queue.add('a', { afterMs: 500 })
    queue.add('a', { afterMs: 100 })
    queue.add('a', { afterMs: 300 })
    queue.add('b', { afterMs: 200 })
    await clock.advance(99)
    expect(queue.take()).toBeUndefined()
    await clock.advance(1)
    expect(takeAll(queue)).toEqual(['a'])
    await clock.advance(1000)
    expect(takeAll(queue)).toEqual(['b'])
  })

  it('need one timer for a thousand keys, and keep their order', async () => {
    const { queue, clock } = newQueue()
    for (let i = 0; i < 1000; i++) queue.add(`k${i}`, { afterMs: 1 + ((i * 7919) % 1000) })
    expect(clock.timers).toBe(1)
    await clock.advance(500)
    expect(takeAll(queue)).toHaveLength(500)
    await clock.advance(500)
    expect(takeAll(queue)).toHaveLength(500)
    expect(clock.timers).toBe(0)
  })

  it('of months are set in steps that a timer can hold', async () => {
    const { queue, clock } = newQueue()
    queue.add('a', { afterMs: 2 ** 32 })
    await clock.advance(2 ** 31)
    expect(queue.take()).toBeUndefined()
    await clock.advance(2 ** 31)
    expect(queue.take()).toBe('a')
  })
})

describe('retries', () => {
  it('wait 5 ms, then twice as long each time, at most the maximum', () => {
    const { queue } = newQueue({ baseMs: 5, maxMs: 60, jitter: 0 })
    expect([1, 2, 3, 4, 5, 6].map(() => queue.retry('a'))).toEqual([5, 10, 20, 40, 60, 60])
    expect(queue.retry('b')).toBe(5)
  })

  it('have their delay spread by chance', () => {
    const clock = newFakeClock()
    const queue = new Workqueue({ clock, onReady: () => {}, random: () => 0.5 })
    expect(queue.retry('a')).toBe(5 * 1.25)
  })

  it('begin anew after success, which also drops a retry that still waits', async () => {
    const { queue, clock } = newQueue()
    queue.retry('a')
    queue.retry('a')
    queue.forget('a')
    await clock.advance(1000)
    expect(queue.take()).toBeUndefined()
    expect(queue.failuresOf('a')).toBe(0)
    expect(queue.retry('a')).toBe(5)
  })

  it('keep a wanted delay apart from the back-off', async () => {
    const { queue, clock } = newQueue()
    queue.add('a', { afterMs: 1000 })
    queue.retry('a')
    queue.forget('a')
    await clock.advance(1000)
    expect(queue.take()).toBe('a')
  })

  it('respect limits', () => {
    const { queue } = newQueue()
    expect(queue.retry('a', { atLeastMs: 3000 })).toBe(3000)
    for (let i = 0; i < 20; i++) queue.retry('b')
    expect(queue.retry('b', { atMostMs: 1000 })).toBe(1000)
  })
})

describe('a wait that a server asks for', () => {
  it.each([
    { name: 'an hour', atLeastMs: 3_600_000 },
    { name: 'for ever', atLeastMs: Number.POSITIVE_INFINITY },
  ])('is $name: it lasts as long as the longest back-off', ({ atLeastMs }) => {
    const queue = new Workqueue({ clock: newFakeClock(), onReady: () => {} })
    expect(queue.retry('a', { atLeastMs })).toBe(120_000)
    expect(newQueue({ baseMs: 5, maxMs: 30_000, jitter: 0 }).queue.retry('a', { atLeastMs })).toBe(30_000)
  })
})

describe('the end', () => {
  it('drops what waits and takes nothing more', async () => {
    const { queue, clock } = newQueue()
    queue.add('a')
    queue.add('b', { afterMs: 10 })
    queue.add('running')
    queue.close()
    queue.add('c')
    await clock.advance(1000)
    expect(queue.take()).toBeUndefined()
    expect([queue.depth, queue.delayed, clock.timers]).toEqual([0, 0, 0])
  })
})

describe('numbers', () => {
  it('tell how long a key waited', async () => {
    const { queue, clock, waited } = newQueue()
    queue.add('a', { priority: 'low' })
    await clock.advance(1500)
    queue.add('a')
    queue.take()
    expect(waited).toEqual([1.5])
  })
})
