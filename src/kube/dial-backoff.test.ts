import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { DialBackoff } from './dial-backoff.ts'
import { TransportError } from './status-error.ts'

const refused = new TransportError('refused', 'm: nothing listens')

function newBackoff(maxMs = 10_000) {
  const clock = newFakeClock()
  const timing = { ...clock, random: () => 1 }
  return { clock, backoff: new DialBackoff(timing, maxMs) }
}

describe('a dial backoff', () => {
  it('refuses with the last failure, longer each time, up to its limit', async () => {
    const { clock, backoff } = newBackoff(350)
    for (const delayMs of [100, 200, 350, 350]) {
      expect(backoff.refusal).toBeUndefined()
      backoff.failed(refused)
      expect(backoff.refusal).toMatchObject({ kind: 'refused', message: 'm: nothing listens', unprocessed: true })
      await clock.advance(delayMs - 1)
      expect(backoff.refusal).toBeDefined()
      await clock.advance(1)
    }
  })

  it('starts anew after a connection', async () => {
    const { clock, backoff } = newBackoff()
    backoff.failed(refused)
    backoff.failed(refused)
    backoff.connected()
    expect(backoff.refusal).toBeUndefined()
    backoff.failed(refused)
    await clock.advance(100)
    expect(backoff.refusal).toBeUndefined()
  })

  it('waits for a server that hangs up on everybody, from the third time', async () => {
    const { clock, backoff } = newBackoff()
    for (const _ of [1, 2]) {
      backoff.connected()
      backoff.unanswered(refused)
      expect(backoff.refusal).toBeUndefined()
    }
    backoff.connected()
    backoff.unanswered(refused)
    expect(backoff.refusal).toBeDefined()
    backoff.connected()
    expect(backoff.refusal).toBeDefined()
    await clock.advance(100)
    backoff.unanswered(refused)
    await clock.advance(199)
    expect(backoff.refusal).toBeDefined()
    backoff.answered()
    expect(backoff.refusal).toBeUndefined()
  })
})
