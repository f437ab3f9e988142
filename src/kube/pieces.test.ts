import { describe, expect, it } from '@jest/globals'
import { Pieces } from './pieces.ts'

const KIB = 1024

/** Memory that is held on to for the sake of these. */
function heldBytes(kept: readonly Buffer[]): number {
  return [...new Set(kept.map(piece => piece.buffer))].reduce((sum, memory) => sum + memory.byteLength, 0)
}

/** A piece in memory of its own, as it comes from a socket. */
function pieceOf(bytes: number, { within = bytes, fill = 'x' }: { within?: number; fill?: string } = {}): Buffer {
  return Buffer.allocUnsafeSlow(within).subarray(0, bytes).fill(fill)
}

describe('Pieces', () => {
  it.each([
    { name: 'nothing', sizes: [] },
    { name: 'one small piece', sizes: [1] },
    { name: 'small pieces', sizes: [1, 2, 3, 4095] },
    { name: 'large pieces', sizes: [4096, 70_000] },
    { name: 'small before large', sizes: [1, 4096, 1, 1, 5000] },
    { name: 'large before small', sizes: [4096, 1, 4096, 2, 2] },
    { name: 'empty ones between them', sizes: [0, 3, 0, 5000, 0] },
    { name: 'more small ones than a block holds', sizes: Array.from({ length: 300 }, (_, i) => 1000 + i) },
  ])('gives $name back in their order', ({ sizes }) => {
    const given = sizes.map((size, i) => pieceOf(size, { fill: String.fromCharCode(97 + (i % 26)) }))
    const joined = new Pieces()
    const apart = new Pieces()
    for (const piece of given) {
      joined.push(piece)
      apart.push(piece)
    }
    const whole = Buffer.concat(given)
    expect(joined.bytes).toBe(whole.length)
    expect(joined.takeJoined().equals(whole)).toBe(true)
    expect(Buffer.concat(apart.take()).equals(whole)).toBe(true)
  })

  it('begins anew after each time, and changes nothing that was given', () => {
    const pieces = new Pieces()
    const taken = ['a', 'b', 'c'].map(fill => {
      for (let i = 0; i < 10; i++) pieces.push(pieceOf(100, { fill }))
      return Buffer.concat(pieces.take()).toString()
    })
    expect(taken).toEqual(['a', 'b', 'c'].map(letter => letter.repeat(1000)))
    expect([pieces.bytes, pieces.take()]).toEqual([0, []])
  })

  it('keeps as it came what is large, or came alone', () => {
    const pieces = new Pieces()
    const alone = pieceOf(10)
    pieces.push(alone)
    expect(pieces.takeJoined()).toBe(alone)
    const large = [pieceOf(16 * KIB), pieceOf(4 * KIB)]
    for (const piece of large) pieces.push(piece)
    const taken = pieces.take()
    expect(taken).toHaveLength(2)
    expect(taken.every((piece, i) => piece === large[i])).toBe(true)
  })

  it.each([
    { name: 'of one byte', sizes: [1], within: 1, count: 100_000 },
    { name: 'of one byte, each in memory of its own', sizes: [1], within: 16 * KIB, count: 8000 },
    { name: 'of 4 KiB, each in 64 KiB of its own', sizes: [4 * KIB], within: 64 * KIB, count: 40 },
    { name: 'of one byte between large ones', sizes: [1, 4 * KIB], within: 16 * KIB, count: 40 },
  ])('keeps little more memory than there are bytes, in pieces $name', ({ sizes, within, count }) => {
    const pieces = new Pieces()
    for (let i = 0; i < count; i++) pieces.push(pieceOf(sizes[i % sizes.length] ?? 0, { within }))
    const { bytes } = pieces
    const kept = pieces.take()
    expect(kept.length).toBeLessThan(Math.max(10, bytes / KIB))
    expect(heldBytes(kept)).toBeLessThan(5 * bytes)
  })
})
