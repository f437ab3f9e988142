import { describe, expect, it } from '@jest/globals'
import { encodeFrame, newFrameDecoder } from './websocket-frames.ts'

const MASK = Buffer.from([1, 2, 3, 4])

/** A frame as a server sends it: the client's without its mask. */
function fromServer(type: Parameters<typeof encodeFrame>[0], payload: Buffer): Buffer {
  const frame = encodeFrame(type, payload, Buffer.alloc(4))
  const header = frame.subarray(0, frame.length - payload.length - 4)
  header[1] = (header[1] ?? 0) & 0x7f
  return Buffer.concat([header, payload])
}

describe('frames', () => {
  it('of a client are masked', () => {
    expect([...encodeFrame('binary', Buffer.from([0, 9]), MASK)]).toEqual([0x82, 0x82, 1, 2, 3, 4, 1, 11])
  })

  it.each([0, 1, 125, 126, 65_535, 65_536])('of %d bytes are read however they are cut', size => {
    const payload = Buffer.alloc(size, 7)
    const bytes = Buffer.concat([fromServer('binary', payload), fromServer('ping', Buffer.from('x'))])
    for (const cut of [1, 3, bytes.length - 1]) {
      const decoder = newFrameDecoder()
      const frames = [bytes.subarray(0, cut), bytes.subarray(cut)].flatMap(chunk => decoder.push(chunk) ?? [])
      expect(frames.map(({ type, payload: { length } }) => [type, length])).toEqual([
        ['binary', size],
        ['ping', 1],
      ])
    }
  })

  it.each([
    { name: 'a masked one', bytes: encodeFrame('text', Buffer.from('x'), MASK) },
    { name: 'an unknown type', bytes: Buffer.from([0x83, 0]) },
    { name: 'one of a terabyte', bytes: Buffer.from([0x82, 127, 0, 0, 1, 0, 0, 0, 0, 0]) },
  ])('$name is no frame of a server', ({ bytes }) => expect(newFrameDecoder().push(bytes)).toBeUndefined())
})
