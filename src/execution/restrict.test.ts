import { expect, it } from '@jest/globals'
import { restrictTo } from './restrict.ts'

it.each([
  { name: 'members that are declared', declared: { a: 1 }, observed: { a: 2, b: 3 }, want: { a: 2 } },
  { name: 'nothing that is not observed', declared: { a: 1, b: 2 }, observed: { a: 1 }, want: { a: 1 } },
  { name: 'entries by their place', declared: [{ a: 1 }], observed: [{ a: 2, b: 3 }], want: [{ a: 2 }] },
  { name: 'more entries as a whole', declared: [{ a: 1 }], observed: [{ a: 1 }, { c: 1 }], want: [{ a: 1 }, { c: 1 }] },
  { name: 'another type as it is', declared: { a: {} }, observed: { a: 'text' }, want: { a: 'text' } },
])('keeps $name', ({ declared, observed, want }) => expect(restrictTo(declared, observed)).toEqual(want))
