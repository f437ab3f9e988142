import { expect, it } from '@jest/globals'
import { fromBigIntegers, restoreDigits, toBigIntegers } from './big-integers.ts'

const BIG = JSON.rawJSON('9007199254740993')
const BIGGEST = JSON.rawJSON('9223372036854775807')

it('keeps every digit there and back', () => {
  const value = { a: [1, BIG, null], ['__proto__']: { b: BIGGEST }, c: 'text', d: 1.5 }
  expect(JSON.stringify(fromBigIntegers(toBigIntegers(value)))).toBe(JSON.stringify(value))
})

it('gives small integers as numbers', () => expect(fromBigIntegers({ a: [1n, -1n] })).toEqual({ a: [1, -1] }))

it.each<{ name: string; value: unknown; references: readonly unknown[]; want: string }>([
  {
    name: 'gives digits back',
    value: { a: { b: [Number(BIG.rawJSON)] } },
    references: [{ a: { b: [BIG] } }],
    want: '{"a":{"b":[9007199254740993]}}',
  },
  {
    name: 'takes them from the first that has them',
    value: { a: Number(BIGGEST.rawJSON), b: Number(BIG.rawJSON) },
    references: [{ a: 1, b: 2 }, { a: BIGGEST, b: BIG }, {}],
    want: '{"a":9223372036854775807,"b":9007199254740993}',
  },
  {
    name: 'leaves another number alone',
    value: { a: 2 ** 60, b: 7 },
    references: [{ a: BIG, b: BIG }],
    want: '{"a":1152921504606847000,"b":7}',
  },
  {
    name: 'does not look elsewhere',
    value: { constructor: 2 ** 53, a: [1] },
    references: [{ b: BIG, a: { 0: BIG } }],
    want: '{"constructor":9007199254740992,"a":[1]}',
  },
])('$name', ({ value, references, want }) => expect(JSON.stringify(restoreDigits(value, references))).toBe(want))

it('gives the same value when there is nothing to restore', () => {
  const value = { a: [1] }
  expect(restoreDigits(value, [value])).toBe(value)
})
