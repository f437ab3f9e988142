const NEWLINE = 0x0a

/** Cuts a stream of bytes into lines, looking at every byte once. */
export interface LineSplitter {
  /** @returns the lines that `chunk` completes, without their newline and without empty ones; undefined when a line grows too long. */
  push(chunk: Buffer): readonly Buffer[] | undefined
}

/** @param maxLineBytes longest line that is accepted. */
export function newLineSplitter(maxLineBytes: number): LineSplitter {
  let parts: Buffer[] = []
  let partBytes = 0
  const completed = (end: Buffer): Buffer => {
    const line = parts.length === 0 ? end : Buffer.concat([...parts, end])
    parts = []
    partBytes = 0
    return line
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
      if (from < chunk.length) {
        parts.push(chunk.subarray(from))
        partBytes += chunk.length - from
      }
      return partBytes > maxLineBytes ? undefined : lines
    },
  }
}
