import { expect, it } from '@jest/globals'
import { someNames } from './some-names.ts'

it.each([
  { names: [], want: '' },
  { names: ['a'], want: 'a' },
  { names: ['a', 'b'], want: 'a, b' },
  { names: ['a', 'b', 'c', 'd'], want: 'a, b and 2 more' },
])('tells some of $names.length names: $want', ({ names, want }) => expect(someNames(names, 2)).toBe(want))
