import { describe, expect, it } from '@jest/globals'
import { StatusError } from '../kube/status-error.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { onceAllowed } from './once-allowed.ts'

const answer = (code: number): StatusError => new StatusError({ code, reason: '', message: '' })

describe('a request by rights that were just given', () => {
  it.each([
    { name: 'at once', errors: [], ms: 0, want: 'done' },
    { name: 'when they hold', errors: [answer(403), answer(403)], ms: 1_000, want: 'done' },
    { name: 'never', errors: Array<Error>(99).fill(answer(403)), ms: 21_000, want: answer(403) },
    { name: 'with another answer', errors: [answer(404)], ms: 0, want: answer(404) },
  ])('is allowed: $name', async ({ errors, ms, want }) => {
    const clock = newFakeClock()
    const left = [...errors]
    const ask = async (): Promise<string> => {
      const error = left.shift()
      if (error !== undefined) throw error
      return 'done'
    }
    const asked = onceAllowed(clock, ask, new AbortController().signal).catch((error: unknown) => error)
    for (let passed = 0; passed < ms; passed += 500) await clock.advance(500)
    expect(await asked).toEqual(want)
  })
})
