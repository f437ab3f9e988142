import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { newRateLimit } from './rate-limit.ts'

describe('newRateLimit', () => {
  it('lets a burst through, then one after the other', () => {
    const limit = newRateLimit(10, 3, newFakeClock())
    const waits = Array.from({ length: 5 }, () => Math.round(limit.takeMs() ?? 0))
    expect(waits).toEqual([0, 0, 0, 100, 200])
  })

  it('fills up again with time, to the burst and no further', async () => {
    const clock = newFakeClock()
    const limit = newRateLimit(10, 2, clock)
    limit.takeMs()
    limit.takeMs()
    await clock.advance(60_000)
    const waits = Array.from({ length: 3 }, () => Math.round(limit.takeMs() ?? 0))
    expect(waits).toEqual([0, 0, 100])
  })
})
