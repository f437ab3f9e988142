import { gzipSync } from 'node:zlib'

/** A file of an archive. */
export interface ArchivedFile {
  /** With its folder: at most 100 characters. */
  readonly name: string
  readonly text: string
}

const BLOCK = 512
const MODE = '0000644'
const NOBODY = '0000000'
const CHECKSUM = { start: 148, end: 156 }
const OCTAL_LONG = 11
const OCTAL_SHORT = 6

/** A gzipped tar archive of text files. @source POSIX.1-1988 ustar */
export function newArchive(files: readonly ArchivedFile[], nowMs: number): Buffer {
  const entries = files.flatMap(({ name, text }) => {
    const content = Buffer.from(text)
    const padding = Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)
    return [headerOf(name, content.length, nowMs), content, padding]
  })
  return gzipSync(Buffer.concat([...entries, Buffer.alloc(2 * BLOCK)]))
}

function headerOf(name: string, size: number, nowMs: number): Buffer {
  const header = Buffer.alloc(BLOCK)
  const fields: readonly (readonly [number, string])[] = [
    [0, name],
    [100, MODE],
    [108, NOBODY],
    [116, NOBODY],
    [124, octal(size, OCTAL_LONG)],
    [136, octal(Math.floor(nowMs / 1000), OCTAL_LONG)],
    [156, '0'],
    [257, 'ustar'],
    [263, '00'],
  ]
  for (const [offset, text] of fields) header.write(text, offset, 'latin1')
  // The sum counts its own field as spaces.
  header.fill(' ', CHECKSUM.start, CHECKSUM.end)
  const sum = header.reduce((total, byte) => total + byte, 0)
  header.write(`${octal(sum, OCTAL_SHORT)}\0 `, CHECKSUM.start, 'latin1')
  return header
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0')
}
