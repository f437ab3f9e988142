import { describe, expect, it } from '@jest/globals'
import { decodeJson, encodeJson } from '../kube/json.ts'
import { readYaml, readYamlDocuments, writeYaml, YamlError } from './yaml.ts'

describe('JSON', () => {
  it.each(['{"\\\\":[{},"ﬃ"],"a":9007199254740993}', '[9223372036854775807,-0.5,"1e400"]', ' {"__proto__":{"a":1}}'])(
    'is read as JSON: %s',
    text => {
      expect(encodeJson(readYaml(text))).toBe(encodeJson(decodeJson(text)))
      expect(encodeJson(readYamlDocuments(text))).toBe(encodeJson([decodeJson(text)]))
    },
  )
})

describe('YAML', () => {
  it('keeps all digits there and back', () => {
    const text = 'a: 9007199254740993\nb:\n  - -9223372036854775808\n  - 1.5\n'
    expect(writeYaml(readYaml(text))).toBe(text)
  })

  it.each([
    '\u001b]52;c;AAAA\u0007',
    '\u001b[2J\na',
    '\u009b2J',
    '\u007f',
    'a\u0085\u2028\u2029b',
    `${'long '.repeat(30)}\u009b\\${' \u202e'.repeat(30)}`,
    '- \u202ea\n- b\n',
    `\u001b${'long'.repeat(10)}\n \nb`,
    `${'long '.repeat(10)}\n \nb\n  `,
    'äöü 日本 👩‍🚀',
  ])('has nothing that acts on a terminal, and is read again as it was: %j', text => {
    const value = { [text]: text, list: [text, 9007199254740991, { a: text }], plain: 'a\n\tb\n' }
    const written = writeYaml(value)
    expect(written).not.toMatch(/(?!\n|\t)[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u)
    expect(readYaml(written)).toEqual(value)
  })

  it.each([' \n', '\n \n', '  \n\n', '\t\n ', '\n'])('keeps a text of nothing but spaces: %j', text => {
    expect(readYaml(writeYaml({ a: text, b: [text] }))).toEqual({ a: text, b: [text] })
  })

  it('has several documents, of which one that begins like JSON is none', () => {
    expect(readYamlDocuments('a: 1\n---\nb: 2\n')).toEqual([{ a: 1 }, { b: 2 }])
    expect(readYamlDocuments('{a: 1}\n---\n[b]\n')).toEqual([{ a: 1 }, ['b']])
  })

  it('is refused with the place', () => expect(() => readYamlDocuments('a: [\n')).toThrow(YamlError))
})
