import { describe, expect, it } from '@jest/globals'
import { fnv1a32 } from '../../object/name-hash.ts'
import { isTieDescending } from './tie.ts'

describe('isTieDescending (scheduling.md §8.1)', () => {
  it('is ascending without a UID', () => {
    expect(isTieDescending(undefined)).toBe(false)
    expect(isTieDescending('')).toBe(false)
  })
  it.each(['a', 'b', 'c', 'd'])('follows the parity of the hash of UID %s', uid => {
    expect(isTieDescending(uid)).toBe(fnv1a32(uid) % 2 === 1)
  })
})
