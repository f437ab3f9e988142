import type { Logger } from '../runtime/logger.ts'

/** One line that was logged. */
export interface LoggedLine {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger that keeps its lines for a test to look at, and prints nothing. */
export interface KeptLog extends Logger {
  readonly lines: readonly LoggedLine[]
}

export function newKeptLog(): KeptLog {
  return keeping([], {})
}

/** A logger that drops everything. */
export const silentLog: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
  with: () => silentLog,
}

function keeping(lines: LoggedLine[], inherited: Readonly<Record<string, unknown>>): KeptLog {
  const at =
    (level: LoggedLine['level']) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void =>
      void lines.push({ level, message, fields: { ...inherited, ...fields } })
  return {
    lines,
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: fields => keeping(lines, { ...inherited, ...fields }),
  }
}
