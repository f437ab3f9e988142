import { describe, expect, it } from '@jest/globals'
import { newPaint } from './colour.ts'

describe('newPaint', () => {
  it.each([
    { name: 'on a terminal', isTerminal: true, env: {}, want: '\u001B[31mno\u001B[0m' },
    { name: 'not where nobody sees them', isTerminal: false, env: {}, want: 'no' },
    { name: 'not with NO_COLOR', isTerminal: true, env: { NO_COLOR: '1' }, want: 'no' },
    { name: 'also with an empty NO_COLOR', isTerminal: true, env: { NO_COLOR: '' }, want: '\u001B[31mno\u001B[0m' },
    { name: 'not on a terminal that cannot', isTerminal: true, env: { TERM: 'dumb' }, want: 'no' },
  ])('colours $name', ({ isTerminal, env, want }) => expect(newPaint({ isTerminal, env })('no', 'bad')).toBe(want))
})
