import { PassThrough } from 'node:stream'
import { describe, expect, it } from '@jest/globals'
import { newFakeClock } from '../testing/fake-clock.ts'
import { newTerminal } from './terminal.ts'

function recorded() {
  const [written, warned]: [string[], string[]] = [[], []]
  const terminal = newTerminal({
    clock: newFakeClock(),
    env: {},
    home: '/home/user',
    write: text => void written.push(text),
    warn: text => void warned.push(text),
    isTerminal: true,
    input: new PassThrough(),
    writeBytes: () => {},
    warnBytes: () => {},
    setExitCode: () => {},
    keepAlive: () => () => {},
    onInterrupt: () => {},
    expectedAdmission: () => [],
    operatorRules: async () => [],
  })
  return { terminal, written, warned }
}

describe('newTerminal', () => {
  it.each([
    { name: 'reaches for the clipboard', text: '\u001b]52;c;AAAA\u0007\n', want: '\\u001b]52;c;AAAA\\u0007\n' },
    { name: 'clears the screen', text: '\u001b[2J', want: '\\u001b[2J' },
    { name: 'has several lines', text: 'a\nb\n', want: 'a\nb\n' },
    { name: 'is in any language', text: 'äöü 日本 🚀', want: 'äöü 日本 🚀' },
  ])('writes and warns printably of what $name', ({ text, want }) => {
    const { terminal, written, warned } = recorded()
    terminal.write(text)
    terminal.warn(text)
    expect([written, warned]).toEqual([[want], [want]])
  })

  it('writes colours and logs as they are', () => {
    const { terminal, written } = recorded()
    terminal.writeAsIs('\u001b[32mok\u001b[0m')
    expect(written).toEqual(['\u001b[32mok\u001b[0m'])
  })
})
