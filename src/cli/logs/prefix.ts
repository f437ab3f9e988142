import { StringDecoder } from 'node:string_decoder'

/** Puts a text before every line of a stream. */
export interface Prefixer {
  /** @returns the lines that a piece completes. */
  push(chunk: Buffer): string
  /** @returns what came after the last line. */
  end(): string
}

/** Lines of several streams stay whole: what is not complete yet is kept back. */
export function newPrefixer(prefix: string): Prefixer {
  const decoder = new StringDecoder('utf8')
  let rest = ''
  return {
    push(chunk) {
      const lines = (rest + decoder.write(chunk)).split('\n')
      rest = lines.pop() ?? ''
      return lines.map(line => `${prefix} ${line}\n`).join('')
    },
    end() {
      const last = rest + decoder.end()
      rest = ''
      return last === '' ? '' : `${prefix} ${last}\n`
    },
  }
}
