import { describe, expect, it } from '@jest/globals'
import { unreadable } from './readable.ts'

const READABLE = [
  { name: 'a sentence', message: 'Failed to apply all manifests (0/1): cluster m1 does not serve /prototype/\\r\\n' },
  { name: 'lines of an apiserver', message: 'Apply failed with 2 conflicts:\n- .spec.replicas\n\t- .spec.paused' },
  { name: 'letters and pictures of anybody', message: 'İ ß مرحبا 𝒜 👩‍👩‍👧‍👦 🏴‍☠️ x' },
]
const UNREADABLE = [
  { name: 'a carriage return', message: 'does not serve /prototype/\r\n' },
  { name: 'an escape sequence', message: 'kind \u001b[31m' },
  { name: 'one of C1', message: 'kind \u0085' },
  { name: 'what rubs out', message: 'kind \u007f' },
  { name: 'a line separator', message: 'kind \u2028' },
  { name: 'another direction', message: 'kind \u202eabc\u202c' },
  { name: 'an isolate', message: 'kind \u2066abc' },
  { name: 'no width', message: 'ki\u200bnd' },
  { name: 'a mark of byte order', message: 'kind \ufeff' },
  { name: 'a joiner of letters', message: 'ki\u200dnd' },
  { name: 'half a pair', message: 'kind \ud83d' },
  { name: 'more than anybody reads', message: 'x'.repeat(4097) },
  { name: 'no word', message: '…' },
  { name: 'nothing', message: undefined },
]

describe('words of the operator', () => {
  const words = { where: 'event on Work w', reason: 'AppliedFailed' }

  it.each(READABLE)('can be read: $name', ({ message }) => expect(unreadable({ ...words, message })).toBeUndefined())

  it.each(UNREADABLE)('cannot be read: $name', ({ message }) => {
    expect(unreadable({ ...words, message })).toMatch(/^event on Work w: /)
  })

  it('need a reason of one word', () => {
    expect(unreadable({ ...words, reason: 'not so', message: 'fine' })).toBeDefined()
  })

  it('have no lines where only names are quoted', () => {
    expect(
      unreadable({ ...words, reason: 'KindNotPropagated', message: 'v1 \n---\n is never propagated' }),
    ).toBeDefined()
  })
})
