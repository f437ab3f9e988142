import { describe, expect, it } from '@jest/globals'
import { formatYamlText, parseYamlText } from './yaml-text.ts'

const rewrite = (text: string): string => formatYamlText(parseYamlText(text))

// Checked against sigs.k8s.io/yaml, which kubectl reads and writes YAML with.
describe('a YAML text comes back as Kubernetes tools write it', () => {
  it.each([
    { name: 'as it was', text: 'db-config:\n  database: db\n', want: 'db-config:\n  database: db\n' },
    { name: 'keys sorted', text: 'b: 1\na: 2\n', want: 'a: 2\nb: 1\n' },
    { name: 'without comments', text: '# top\na: 1 # end\n', want: 'a: 1\n' },
    { name: 'lists not indented', text: 'a:\n  - b: 1\n    c: [1, 2]\n', want: 'a:\n- b: 1\n  c:\n  - 1\n  - 2\n' },
    { name: 'empty ones', text: 'a: []\nb: {}\nc:\nd: ""\n', want: 'a: []\nb: {}\nc: null\nd: ""\n' },
    { name: 'words for true', text: 'a: yes\nb: Off\nc: n\nd: True\n', want: 'a: true\nb: false\nc: false\nd: true\n' },
    {
      name: 'integers of all kinds',
      text: 'a: 0644\nb: 0o17\nc: 0b101\nd: 0x1F\ne: 1_000\nf: +1\ng: -0\nh: -0x10\n',
      want: 'a: 420\nb: 15\nc: 5\nd: 31\ne: 1000\nf: 1\ng: 0\nh: -16\n',
    },
    { name: 'what begins like an octal', text: 'a: 089\n', want: 'a: 89\n' },
    { name: 'fractions', text: 'a: 1.0\nb: 1.10\nc: .5\nd: 1e3\n', want: 'a: 1\nb: 1.1\nc: 0.5\nd: 1000\n' },
    { name: 'a dot', text: 'a: .\nb: ..\n', want: 'a: "."\nb: ..\n' },
    { name: 'all digits', text: 'a: 12345678901234567890\n', want: 'a: 12345678901234567890\n' },
    { name: 'times and dates', text: 'a: 22:22\nb: 2001-12-14\n', want: 'a: "22:22"\nb: "2001-12-14"\n' },
    {
      name: 'text that looks like something else',
      text: 'a: "yes"\nb: "0644"\nc: "0o17"\nd: "null"\ne: "1e3"\n',
      want: 'a: "yes"\nb: "0644"\nc: "0o17"\nd: "null"\ne: "1e3"\n',
    },
    { name: 'text that needs quotes', text: 'a: "b: c"\nd: "*x"\n', want: "a: 'b: c'\nd: '*x'\n" },
    { name: 'keys that are numbers', text: '1: a\n1.5: b\ntrue: c\n', want: '"1": a\n"1.5": b\n"true": c\n' },
    { name: 'the last of equal keys', text: 'a: 1\na: 2\n', want: 'a: 2\n' },
    {
      name: 'aliases and merge keys written out',
      text: 'a: &x {b: 1}\nc: *x\nd:\n  <<: *x\n  e: 2\n',
      want: 'a:\n  b: 1\nc:\n  b: 1\nd:\n  b: 1\n  e: 2\n',
    },
    { name: 'blocks of text', text: 'a: "x\\ny\\n"\nb: "x\\ny"\n', want: 'a: |\n  x\n  y\nb: |-\n  x\n  y\n' },
    { name: 'long lines', text: `a: ${'word '.repeat(40)}end\n`, want: `a: ${'word '.repeat(40)}end\n` },
    { name: 'nothing', text: '', want: 'null\n' },
  ])('$name', ({ text, want }) => expect(rewrite(text)).toBe(want))

  it('keeps a line that is one space in a text that has to be quoted', () => {
    const value = { motd: 'Welcome: all that you do here is noted.\n \nBe kind.\n  ' }
    expect(parseYamlText(formatYamlText(value))).toEqual(value)
  })

  it.each([' \n', '\n \n', '  \n\n', '\t\n ', '\n'])('keeps a text of nothing but spaces: %j', text => {
    expect(parseYamlText(formatYamlText({ a: text, b: [text] }))).toEqual({ a: text, b: [text] })
  })

  it('takes any key for a key', () => {
    expect(rewrite('__proto__: {x: 1}\nconstructor: 2\n')).toBe('__proto__:\n  x: 1\nconstructor: 2\n')
    expect({}).not.toHaveProperty('x')
  })
})

describe('a YAML text is refused', () => {
  it.each([
    { name: 'broken', text: 'a: [1,\n', want: 'the YAML cannot be read' },
    { name: 'with several documents', text: 'a: 1\n---\nb: 2\n', want: 'several YAML documents' },
    { name: 'with infinity', text: 'a: .inf\n', want: 'JSON has no infinite numbers' },
    { name: 'with tags', text: 'a: !custom x\n', want: 'Unresolved tag: !custom' },
    { name: 'with bytes', text: 'a: !!binary aGVsbG8=\n', want: 'Unresolved tag' },
    { name: 'with a list as a key', text: '? [a]\n: 1\n', want: 'a key that is no text' },
    { name: 'with null as a key', text: 'null: 1\n', want: 'a key that is no text' },
    { name: 'with keys in keys', text: `${'? '.repeat(60)}a`, want: 'a key that is no text' },
    { name: 'of many bytes', text: `a: ${'x'.repeat(300_000)}`, want: 'larger than 256 KiB' },
    { name: 'of many entries', text: `[${'a,'.repeat(21_000)}]`, want: 'more than 20000 entries' },
    { name: 'of many levels', text: '['.repeat(65), want: 'deeper than 64 levels' },
  ])('$name', ({ text, want }) => expect(() => parseYamlText(text)).toThrow(want))

  const nested = Array.from({ length: 8 }, (_, i) => `l${i + 1}: &l${i + 1} [${`*l${i},`.repeat(9)}]`)
  const long = Array.from({ length: 90 }, (_, i) => `k${i}: *l`)
  it.each([
    { name: 'that grows with every alias', text: `l0: &l0 x\n${nested.join('\n')}\n` },
    { name: 'that repeats a long list', text: `l: &l [${'x,'.repeat(9000)}]\n${long.join('\n')}\n` },
  ])('$name', ({ text }) => expect(() => parseYamlText(text)).toThrow('by aliases without end'))
})
