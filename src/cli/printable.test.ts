import { describe, expect, it } from '@jest/globals'
import { printable, printableLines } from './printable.ts'

const ACTING = [
  { name: 'writes to the clipboard', text: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
  { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
  { name: 'clears it by one character of C1', text: '\u009b2J', want: '\\u009b2J' },
  { name: 'rubs out', text: 'a\u007f\u0008', want: 'a\\u007f\\u0008' },
  { name: 'begins the line again', text: 'a\rb', want: 'a\\rb' },
  { name: 'separates lines', text: 'a\u2028b\u2029\u0085', want: 'a\\u2028b\\u2029\\u0085' },
  { name: 'turns the direction', text: '\u202egpj.exe\u2066\u2069', want: '\\u202egpj.exe\\u2066\\u2069' },
]
const HARMLESS = ['', 'äöü', '日本', '👩‍🚀 🏴‍☠️', 'שלום', 'a\\nb', '├─ └─ …']

describe('what a text of an object does', () => {
  it.each(ACTING)('$name: it is shown instead', ({ text, want }) => {
    expect(printable(text)).toBe(want)
    expect(printableLines(text)).toBe(want)
  })

  it.each(HARMLESS)('nothing: %j stays', text => {
    expect(printable(text)).toBe(text)
    expect(printableLines(text)).toBe(text)
  })

  it('is one line, or columns and lines', () => {
    expect(printable('a\n\tb')).toBe('a\\n\\tb')
    expect(printableLines('a\n\tb')).toBe('a\n\tb')
  })

  it('changes nothing of a JSON document', () => {
    const value = Object.fromEntries([...ACTING.map(({ text }) => text), ...HARMLESS].map(text => [text, [text]]))
    const text = printableLines(JSON.stringify(value, undefined, 2))
    expect(printable(text.replaceAll('\n', ''))).toBe(text.replaceAll('\n', ''))
    expect(JSON.parse(text)).toEqual(value)
  })
})
