/** Where lines go that tell a person what is going on. */
export interface Reporter {
  /** Prints a line. */
  line(text: string): void
  /** Shows `label` and the elapsed time while `work` runs longer than a second, and how long it took at its end. */
  during<T>(label: string, work: () => Promise<T>): Promise<T>
}

const FIRST_MS = 1_000
const TERMINAL_EVERY_MS = 1_000
const LOG_EVERY_MS = 30_000

/** @returns `45s`, `3m05s`. */
export function formatElapsed(ms: number): string {
  const seconds = Math.round(ms / 1000)
  const rest = seconds % 60
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${String(rest).padStart(2, '0')}s`
}

/** A reporter for a terminal (one line that counts up) or a log (a line every half minute). */
export function newReporter(stream: NodeJS.WriteStream = process.stderr): Reporter {
  const terminal = stream.isTTY === true
  const write = (text: string, last: boolean): void => {
    stream.write(terminal ? `\r\u001b[2K${text}${last ? '\n' : ''}` : `${text}\n`)
  }
  return {
    line: text => write(text, true),
    during: async (label, work) => {
      const started = Date.now()
      const elapsed = (): string => formatElapsed(Date.now() - started)
      const show = (): void => write(`${label} … ${elapsed()}`, false)
      let every: NodeJS.Timeout | undefined
      const first = setTimeout(() => {
        show()
        every = setInterval(show, terminal ? TERMINAL_EVERY_MS : LOG_EVERY_MS)
      }, FIRST_MS)
      try {
        return await work()
      } finally {
        clearTimeout(first)
        clearInterval(every)
        if (every !== undefined) write(`${label}: ${elapsed()}`, true)
      }
    },
  }
}

/** A reporter that says nothing. */
export const silent: Reporter = { line: () => undefined, during: (_label, work) => work() }
