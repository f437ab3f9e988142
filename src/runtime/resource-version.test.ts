import { describe, expect, it } from '@jest/globals'
import { isNewer } from './resource-version.ts'

describe('isNewer', () => {
  it.each([
    { name: 'a greater number', a: '10', b: '9', want: true },
    { name: 'a smaller number of more digits is not possible: digits count first', a: '99', b: '100', want: false },
    { name: 'numbers beyond 2^53', a: '9007199254740993', b: '9007199254740992', want: true },
    { name: 'the same version', a: '7', b: '7', want: false },
    { name: 'anything is newer than none', a: '1', b: '', want: true },
    { name: 'none is never newer', a: '', b: '', want: false },
    { name: 'a version without an order', a: 'abc', b: '1', want: false },
    { name: 'compared with a version without an order', a: '2', b: 'abc', want: false },
  ])('$name', ({ a, b, want }) => expect(isNewer(a, b)).toBe(want))
})
