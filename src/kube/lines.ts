import { Pieces } from './pieces.ts'

const NEWLINE = 0x0a

/** Cuts a stream of bytes into lines, looking at every byte once. */
export interface LineSplitter {
  /** @returns the lines that `chunk` completes, without their newline and without empty ones; undefined when a line grows too long. */
  push(chunk: Buffer): readonly Buffer[] | undefined
}

/** @param maxLineBytes longest line that is accepted. */
export function newLineSplitter(maxLineBytes: number): LineSplitter {
  const begun = new Pieces()
  const completed = (end: Buffer): Buffer => {
    if (begun.bytes === 0) return end
    begun.push(end)
    return begun.takeJoined()
  }
  return {
    push: chunk => {
      const lines: Buffer[] = []
      let from = 0
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        const line = completed(chunk.subarray(from, at))
        if (line.length > maxLineBytes) return undefined
        if (line.length > 0) lines.push(line)
        from = at + 1
      }
      if (from < chunk.length) begun.push(chunk.subarray(from))
      return begun.bytes > maxLineBytes ? undefined : lines
    },
  }
}
