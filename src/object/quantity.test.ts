import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  isSameQuantity,
  milliUnits,
  multiplyQuantity,
  parseQuantity,
  subtractQuantities,
  tryParseQuantity,
  wholeUnits,
} from './quantity.ts'

const canonical = (text: string | number): string => formatQuantity(parseQuantity(text))

describe('formatQuantity of parseQuantity gives the canonical form', () => {
  it.each([
    ['0', '0'],
    ['0Ki', '0'],
    ['1000m', '1'],
    ['1500m', '1500m'],
    ['0.5', '500m'],
    ['.5', '500m'],
    ['1.', '1'],
    ['1024Mi', '1Gi'],
    ['1536Mi', '1536Mi'],
    ['1.5Gi', '1536Mi'],
    ['0.5Ki', '512'],
    ['1023', '1023'],
    ['1024', '1024'],
    ['1Ki', '1Ki'],
    ['1000', '1k'],
    ['1000000', '1M'],
    ['1001', '1001'],
    ['1e3', '1e3'],
    ['1E3', '1e3'],
    ['12e5', '1200e3'],
    ['1e0', '1'],
    ['1E', '1E'],
    ['100u', '100u'],
    ['0.1n', '1n'],
    ['-0.1n', '-1n'],
    ['1.1Ki', '1126400m'],
    ['-1.5', '-1500m'],
    ['+2', '2'],
    ['-2Gi', '-2Gi'],
    ['99999999999999999999E', '9223372036854775807'],
    [' 5 ', '5'],
  ])('%s is written %s', (text, want) => expect(canonical(text)).toBe(want))

  it('takes numbers', () => {
    expect(canonical(2)).toBe('2')
    expect(canonical(0.25)).toBe('250m')
  })
})

describe('tryParseQuantity', () => {
  it.each(['', '.', 'm', '1 Gi', '1gi', 'abc', '1K', '--1', '1e', '1e3.5', '0x10', '1Gim'])('refuses %j', text => {
    expect(tryParseQuantity(text)).toBeUndefined()
  })
  it('parseQuantity throws for it', () =>
    expect(() => parseQuantity('1K')).toThrow(new RangeError('not a quantity: "1K"')))
})

describe('isSameQuantity', () => {
  it.each([
    { name: '1000m is 1', a: '1000m', b: '1', want: true },
    { name: 'a number is its text', a: 1, b: '1', want: true },
    { name: '1Gi is 1024Mi', a: '1Gi', b: '1024Mi', want: true },
    { name: '1G is not 1Gi', a: '1G', b: '1Gi', want: false },
    { name: 'equal texts that are no quantities are not the same quantity', a: 'x', b: 'x', want: false },
  ])('$name', ({ a, b, want }) => expect(isSameQuantity(a, b)).toBe(want))
})

describe('arithmetic', () => {
  const q = parseQuantity
  it('sums keep the notation of the first', () => {
    expect(formatQuantity(addQuantities(q('1Gi'), q('512Mi')))).toBe('1536Mi')
    expect(formatQuantity(addQuantities(q('0'), q('1Ki')))).toBe('1Ki')
  })
  it('differences may be negative', () => expect(formatQuantity(subtractQuantities(q('1'), q('1500m')))).toBe('-500m'))
  it('multiplies by a count', () => expect(formatQuantity(multiplyQuantity(q('250m'), 3))).toBe('750m'))
  it('whole and milli units are rounded away from zero', () => {
    expect(wholeUnits(q('1100m'))).toBe(2)
    expect(wholeUnits(q('-1100m'))).toBe(-2)
    expect(milliUnits(q('100u'))).toBe(1)
    expect(milliUnits(q('2'))).toBe(2000)
  })
})

describe('properties', () => {
  const suffix = fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'Ki', 'Mi', 'Gi', 'e2', 'E-1')
  const text = fc
    .tuple(fc.integer({ min: -1_000_000, max: 1_000_000 }), suffix)
    .map(([count, unit]) => `${count}${unit}`)

  it('the canonical form says the same quantity and is its own canonical form', () => {
    fc.assert(
      fc.property(text, written => {
        const once = canonical(written)
        expect(compareQuantities(parseQuantity(once), parseQuantity(written))).toBe(0)
        expect(canonical(once)).toBe(once)
      }),
    )
  })
  it('addition commutes in value, and subtraction undoes it', () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [x, y] = [parseQuantity(a), parseQuantity(b)]
        expect(compareQuantities(addQuantities(x, y), addQuantities(y, x))).toBe(0)
        expect(subtractQuantities(addQuantities(x, y), y).nanos).toBe(x.nanos)
      }),
    )
  })
})
