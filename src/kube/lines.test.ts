import { describe, expect, it } from '@jest/globals'
import { newLineSplitter } from './lines.ts'

describe('newLineSplitter', () => {
  it.each([
    { name: 'a line in one chunk', chunks: ['ab\n'], want: ['ab'] },
    { name: 'two lines in one chunk', chunks: ['a\nb\n'], want: ['a', 'b'] },
    { name: 'a line over three chunks', chunks: ['a', 'b', 'c\nd'], want: ['abc'] },
    { name: 'a newline at the start of a chunk', chunks: ['a', '\nb\n'], want: ['a', 'b'] },
    { name: 'empty lines', chunks: ['\n\na\n\n'], want: ['a'] },
    { name: 'a character cut in two', chunks: [Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])], want: ['ä'] },
  ])('reads $name', ({ chunks, want }) => {
    const splitter = newLineSplitter(100)
    const lines = chunks.flatMap(chunk => splitter.push(Buffer.from(chunk)) ?? [])
    expect(lines.map(String)).toEqual(want)
  })

  it('gives up on a line that never ends', () => {
    const splitter = newLineSplitter(5)
    expect(splitter.push(Buffer.from('abc'))).toEqual([])
    expect(splitter.push(Buffer.from('def'))).toBeUndefined()
  })

  it('gives up on a complete line that is too long', () => {
    expect(newLineSplitter(5).push(Buffer.from('abcdef\n'))).toBeUndefined()
  })

  it('looks at each byte once: a long line in small chunks takes no quadratic time', () => {
    const splitter = newLineSplitter(10_000_000)
    for (let i = 0; i < 50_000; i++) splitter.push(Buffer.from('0123456789'))
    expect(splitter.push(Buffer.from('\n'))?.[0]?.length).toBe(500_000)
  })
})
