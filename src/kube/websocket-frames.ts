/** What a frame carries. @source RFC 6455 §5.2 */
export type FrameType = 'continuation' | 'text' | 'binary' | 'close' | 'ping' | 'pong'

export interface Frame {
  readonly type: FrameType
  readonly payload: Buffer
  /** The last of its message. */
  readonly final: boolean
}

const CODES: Readonly<Record<FrameType, number>> = {
  continuation: 0,
  text: 1,
  binary: 2,
  close: 8,
  ping: 9,
  pong: 10,
}
const TYPES = new Map(Object.entries(CODES).map(([type, code]) => [code, type]))
const FINAL = 0x80
const MASKED = 0x80
const SHORT = 126
const LONG = 127
/** An apiserver sends a container's output in pieces of 32 KiB: what claims to be larger is no such thing. */
const MAX_PAYLOAD_BYTES = 16 * 1024 * 1024

/**
 * A frame as a client sends it.
 *
 * @param mask four bytes of chance, as the protocol asks of clients
 */
export function encodeFrame(type: FrameType, payload: Uint8Array, mask: Uint8Array): Buffer {
  const { length } = payload
  const extended = length < SHORT ? 0 : length <= 0xffff ? 2 : 8
  const header = Buffer.alloc(2 + extended)
  header[0] = FINAL | CODES[type]
  header[1] = MASKED | (extended === 0 ? length : extended === 2 ? SHORT : LONG)
  if (extended === 2) header.writeUInt16BE(length, 2)
  if (extended === 8) header.writeBigUInt64BE(BigInt(length), 2)
  const masked = Buffer.from(payload)
  for (let index = 0; index < length; index++) masked[index] = (payload[index] ?? 0) ^ (mask[index % 4] ?? 0)
  return Buffer.concat([header, mask, masked])
}

/** Cuts what a server sends into frames. */
export interface FrameDecoder {
  /** @returns the frames that are complete by now; undefined for what is no WebSocket. */
  push(chunk: Buffer): readonly Frame[] | undefined
}

export function newFrameDecoder(): FrameDecoder {
  let rest: Buffer = Buffer.alloc(0)
  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      const frames: Frame[] = []
      for (;;) {
        const read = readFrame(rest)
        if (read === 'malformed') return undefined
        if (read === undefined) return frames
        frames.push(read.frame)
        rest = rest.subarray(read.bytes)
      }
    },
  }
}

interface ReadFrame {
  readonly frame: Frame
  readonly bytes: number
}

/** @returns undefined while bytes are missing. A server masks nothing. */
function readFrame(bytes: Buffer): ReadFrame | 'malformed' | undefined {
  if (bytes.length < 2) return undefined
  const [first = 0, second = 0] = bytes
  const type = typeOf(first & 0x0f)
  if (type === undefined || (second & MASKED) !== 0) return 'malformed'
  const short = second & 0x7f
  const extended = short === SHORT ? 2 : short === LONG ? 8 : 0
  const start = 2 + extended
  if (bytes.length < start) return undefined
  const length = extended === 0 ? short : extended === 2 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  if (length > MAX_PAYLOAD_BYTES) return 'malformed'
  if (bytes.length < start + length) return undefined
  const payload = bytes.subarray(start, start + length)
  return { frame: { type, payload, final: (first & FINAL) !== 0 }, bytes: start + length }
}

function typeOf(code: number): FrameType | undefined {
  const type = TYPES.get(code)
  return isFrameType(type) ? type : undefined
}

function isFrameType(type: string | undefined): type is FrameType {
  return type !== undefined && Object.hasOwn(CODES, type)
}
