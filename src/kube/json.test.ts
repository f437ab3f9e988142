import { describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { decodeJson, encodeJson, encodeJsonForYaml } from './json.ts'

describe('decodeJson and encodeJson', () => {
  it.each([
    { name: 'an integer beyond 2^53', text: '{"n":9007199254740993}' },
    { name: 'the smallest int64', text: '{"n":-9223372036854775808}' },
    { name: 'digits in a string', text: '{"s":"12345678901234567890"}' },
    { name: 'an integer beyond 2^53 in a list beside a small one', text: '[1,9007199254740993]' },
    { name: 'the largest safe integer', text: '{"n":9007199254740991}' },
    { name: 'a __proto__ key beside many digits', text: '{"__proto__":{"polluted":1},"n":9007199254740993}' },
    { name: 'a __proto__ key', text: '{"__proto__":{"polluted":1}}' },
    { name: 'a constructor key', text: '{"constructor":{"prototype":{"polluted":1}}}' },
  ])('gives back $name', ({ text }) => {
    expect(encodeJson(decodeJson(text))).toBe(text)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it.each([
    { name: 'a safe integer of 16 digits', text: '1234567890123456', want: 1234567890123456 },
    {
      name: 'a fraction of many digits, which Kubernetes keeps as a double too',
      text: '0.1000000000000000055',
      want: 0.1,
    },
    { name: 'a large number in exponent form', text: '1.0000000000000000e3', want: 1000 },
  ])('keeps $name as a number', ({ text, want }) => expect(decodeJson(text)).toBe(want))

  it.each([
    { name: 'lists', text: '['.repeat(5000) + ']'.repeat(5000) },
    { name: 'objects', text: `${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}` },
  ])('refuses $name in $name without end', ({ text }) => expect(() => decodeJson(text)).toThrow(SyntaxError))

  it.each([
    { name: 'brackets in a string', value: { a: '['.repeat(5000), b: [1] } },
    { name: 'quotes and backslashes before brackets in a string', value: { a: `\\"${'{'.repeat(5000)}\\` } },
    { name: 'many objects side by side', value: Array.from({ length: 5000 }, () => ({})) },
  ])('takes no depth from $name', ({ value }) => expect(decodeJson(JSON.stringify(value))).toEqual(value))

  it.each(['\u007f', '\u0085', '\u009f', '\u2028', '\u2029', '\ufeff', '\uffff'])(
    'writes %j for a reader of YAML as it reads it again',
    character => {
      const value = { [character]: `a${character}b`, plain: 'ü𝒜\u00a0\ufffd' }
      const text = encodeJsonForYaml(value)
      expect(text).not.toContain(character)
      expect(decodeJson(text)).toEqual(value)
      expect(parse(text)).toEqual(value)
    },
  )

  it('refuses values without end', () => {
    const text = `[${'{},'.repeat(5_000_001)}0]`
    expect(() => decodeJson(text)).toThrow('JSON has more than 5000000 values')
  })

  it('refuses what is not JSON', () => expect(() => decodeJson('{')).toThrow(SyntaxError))
})
