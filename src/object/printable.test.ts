import { describe, expect, it } from '@jest/globals'
import { printable, printableLines, printableMessage, shorten } from './printable.ts'

const ACTING = [
  { name: 'writes to the clipboard', text: '\u001b]52;c;AAAA\u0007', want: '\\u001b]52;c;AAAA\\u0007' },
  { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
  { name: 'clears it by one character of C1', text: '\u009b2J', want: '\\u009b2J' },
  { name: 'rubs out', text: 'a\u007f\u0008', want: 'a\\u007f\\u0008' },
  { name: 'begins the line again', text: 'a\rb', want: 'a\\rb' },
  { name: 'separates lines', text: 'a\u2028b\u2029\u0085', want: 'a\\u2028b\\u2029\\u0085' },
  { name: 'turns the direction', text: '\u202egpj.exe\u2066\u2069', want: '\\u202egpj.exe\\u2066\\u2069' },
  { name: 'says which way to read', text: 'a\u200e\u200f\u061cb', want: 'a\\u200e\\u200f\\u061cb' },
  {
    name: 'has no width',
    text: '\ufeffng\u200bi\u2060n\u200cx\u00ad',
    want: '\\ufeffng\\u200bi\\u2060n\\u200cx\\u00ad',
  },
  { name: 'fills a place', text: 'a\u3164\u115f\uffa0\u034fb', want: 'a\\u3164\\u115f\\uffa0\\u034fb' },
  { name: 'varies what is no picture', text: 'a\ufe00\u{e0100}', want: 'a\\ufe00\\udb40\\udd00' },
  { name: 'is tagged and no flag', text: 'a\u{e0068}\u{e0069}', want: 'a\\udb40\\udc68\\udb40\\udc69' },
  {
    name: 'is tagged for longer than a flag',
    text: `🏴${'\u{e0061}'.repeat(8)}`,
    want: `🏴${'\u{e0061}'.repeat(7)}\\udb40\\udc61`,
  },
  { name: 'annotates', text: 'a\ufff9b\ufffac\ufffb', want: 'a\\ufff9b\\ufffac\\ufffb' },
  { name: 'joins what is no emoji', text: 'kube\u200d-system', want: 'kube\\u200d-system' },
  { name: 'is half a pair', text: 'a\ud83d b\ude00', want: 'a\\ud83d b\\ude00' },
  { name: 'ends a line elsewhere', text: 'does not serve /prototype/\r\n', want: 'does not serve /prototype/\\r\\n' },
]
const HARMLESS = [
  '',
  'äöü',
  '日本',
  '👩‍🚀 🏴‍☠️ 👩🏽‍🚀 👩‍👩‍👧‍👦',
  '🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f} ☎︎ ☎️ 1️⃣',
  '𝒜\u{10ffff}',
  '\ufffd',
  'שלום',
  'a\\nb',
  '├─ └─ …',
]

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

describe('a message', () => {
  const MESSAGES = [
    { name: 'is what it was', text: 'Failed to apply all manifests (0/1): “ü”\n- .spec\t1', most: 100 },
    { name: 'is what it was, when it just fits', text: '12345', most: 5 },
    { name: 'shows what cannot be seen', text: 'a\r\u202e\nb', most: 100, want: 'a\\r\\u202e\nb' },
    { name: 'is not longer than it may be', text: 'x'.repeat(6), most: 5, want: 'xxxx…' },
    { name: 'is not longer for what is shown', text: '\u0000\u0000', most: 8, want: '\\u0000\\…' },
    { name: 'ends with a whole character', text: 'ab😀cd', most: 4, want: 'ab…' },
    { name: 'ends so before what is shown, too', text: `${'\u0001'.repeat(3)}😀😀`, most: 4, want: '\\u0…' },
    { name: 'says that there was more when a pair is left out', text: 'abc😀', most: 4, want: 'abc…' },
  ]

  it.each(MESSAGES)('$name', ({ text, most, want = text }) => {
    const message = printableMessage(text, most)
    expect(message).toBe(want)
    expect(message.length).toBeLessThanOrEqual(most)
    expect(message.isWellFormed()).toBe(true)
    expect(printableMessage(message, most)).toBe(message)
  })

  it('is soon made of a text that has no end', () => {
    const begun = performance.now()
    expect(printableMessage('\u001b'.repeat(50_000_000), 4096)).toHaveLength(4096)
    expect(performance.now() - begun).toBeLessThan(5_000)
  })

  it('is not torn where it is shortened only', () => {
    expect([shorten('a😀c', 4), shorten('a😀cd', 4), shorten('a😀cd', 3)]).toEqual(['a😀c', 'a😀…', 'a…'])
  })
})
