import { type Canary, SHORTEST } from './canaries.ts'

/** A secret that was found. */
export interface Hit {
  readonly what: string
  /** Where in the text, in bytes. */
  readonly at: number
}

export interface Search {
  /** How many different texts of secrets are looked for. */
  readonly forms: number
  /** @returns each secret that is in a text, once, whole or in a piece of at least {@link SHORTEST} bytes. */
  find(text: Buffer): readonly Hit[]
}

interface Form {
  readonly what: string
  readonly bytes: Buffer
}

// Under jest every look-up of a global costs more than all the rest of a byte.
const { imul } = Math
const BASE = 257
/** BASE to the power of SHORTEST - 1: the weight of the byte that leaves the window. */
const LEAVING = Array.from({ length: SHORTEST - 1 }).reduce<number>(power => imul(power, BASE), 1)
const BITS = 2 ** 24

/**
 * Searches texts for secrets: as they are, in base64 at each of the three offsets, in base64url, in hex, and as a URL or JSON
 * writes them, whole or in pieces. Every window of a text is compared by a rolling hash, so its cost does not follow the number of
 * secrets.
 */
export function newSearch(secrets: readonly Canary[]): Search {
  const forms = distinct(secrets.flatMap(formsOf))
  const seen = new Uint8Array(BITS / 8)
  const byHash = new Map<number, Form[]>()
  for (const form of forms) {
    forEachWindow(form.bytes, hash => {
      mark(seen, hash)
      const known = byHash.get(hash)
      if (known === undefined) byHash.set(hash, [form])
      else if (known.at(-1) !== form) known.push(form)
    })
  }
  return {
    forms: forms.length,
    find(text) {
      const hits = new Map<string, Hit>()
      forEachWindow(text, (hash, at) => {
        if (!isMarked(seen, hash)) return
        const window = text.subarray(at, at + SHORTEST)
        const form = byHash.get(hash)?.find(({ bytes }) => bytes.includes(window))
        if (form !== undefined && !hits.has(form.what)) hits.set(form.what, { what: form.what, at })
      })
      return [...hits.values()]
    },
  }
}

function formsOf({ what, bytes }: Canary): readonly Form[] {
  const text = bytes.toString('utf8')
  const isText = Buffer.from(text).equals(bytes)
  const encodings = isText ? [encodeURIComponent(text), JSON.stringify(text).slice(1, -1)] : [bytes.toString('hex')]
  const base64 = [0, 1, 2].map(offset => shiftedBase64(bytes, offset))
  const all = [...encodings, ...base64, ...base64.map(toBase64Url)].map(each => Buffer.from(each))
  return [bytes, ...all].filter(each => each.length >= SHORTEST).map(each => ({ what, bytes: each }))
}

/** The middle of a base64 text in which the bytes begin at that offset of a group of three. */
function shiftedBase64(bytes: Buffer, offset: number): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replaceAll('=', '')
  // What the bytes before and after have a share in is cut off.
  return text.slice(offset === 0 ? 0 : offset + 1, -1)
}

function toBase64Url(text: string): string {
  return text.replaceAll('+', '-').replaceAll('/', '_')
}

function distinct(forms: readonly Form[]): readonly Form[] {
  return [...new Map(forms.map(form => [form.bytes.toString('latin1'), form])).values()]
}

/** Calls with the hash of each window of {@link SHORTEST} bytes, and where it begins. */
function forEachWindow(bytes: Buffer, visit: (hash: number, at: number) => void): void {
  let hash = 0
  for (let index = 0; index < bytes.length; index++) {
    if (index >= SHORTEST) hash = (hash - imul(bytes[index - SHORTEST] ?? 0, LEAVING)) | 0
    hash = (imul(hash, BASE) + (bytes[index] ?? 0)) | 0
    if (index >= SHORTEST - 1) visit(hash, index - SHORTEST + 1)
  }
}

/** The upper half of the hash spreads better than the lower. */
function bitOf(hash: number): number {
  return (imul(hash, 0x9e3779b1) >>> 8) % BITS
}

function mark(seen: Uint8Array, hash: number): void {
  const bit = bitOf(hash)
  seen[bit >> 3] = (seen[bit >> 3] ?? 0) | (1 << (bit & 7))
}

function isMarked(seen: Uint8Array, hash: number): boolean {
  const bit = bitOf(hash)
  return ((seen[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0
}
