import type { Writable } from 'node:stream'
import { inspect } from 'node:util'
import winston from 'winston'
import { printable, printableLines } from '../object/printable.ts'
import { type Clock, systemClock } from './clock.ts'
import { describeError, type ErrorDescription } from './describe-error.ts'
import { isError } from './failure.ts'

/** Structured logging; fields are cluster, kind, namespace, name, controller, … Never pass Secret data. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger that adds `fields` to every line. */
  with(fields: LogFields): Logger
}

/** Values are printed as JSON, what is not printable escaped; of an Error only message, code and causes. */
export type LogFields = Readonly<Record<string, unknown>>

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LoggerOptions {
  /** 'json': one object a line, for a pod; 'text': for people. */
  readonly format: 'json' | 'text'
  readonly level: LogLevel
  /** Where lines go, e.g. the process's stderr. */
  readonly stream: Writable
  /** Colours in text; for terminals. Default false. */
  readonly colour?: boolean
  readonly clock?: Clock
}

/** Builds a logger on winston. */
export function newLogger(options: LoggerOptions): Logger {
  const { format, level, stream, colour = false, clock = systemClock } = options
  const write = format === 'json' ? formatJson : (line: Line) => formatText(line, colour)
  const sink = winston.createLogger({
    levels: { error: 0, warn: 1, info: 2, debug: 3 },
    level,
    format: winston.format.printf(({ message }) => String(message)),
    transports: [new winston.transports.Stream({ stream })],
  })
  const emit: Emit = (line): void => {
    sink.log(line.level, write({ ...line, time: new Date(clock.nowMs()).toISOString() }))
  }
  return loggerWith({ emit, isWanted: each => sink.isLevelEnabled(each) }, {})
}

interface Line {
  readonly time: string
  readonly level: LogLevel
  readonly message: string
  readonly fields: LogFields
}

type Emit = (line: Omit<Line, 'time'>) => void

interface Sink {
  readonly emit: Emit
  /** Asked first: most lines are for debugging, and building one costs more than leaving it. */
  readonly isWanted: (level: LogLevel) => boolean
}

function loggerWith(sink: Sink, inherited: LogFields): Logger {
  const at =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}): void => {
      if (sink.isWanted(level)) sink.emit({ level, message, fields: { ...inherited, ...fields } })
    }
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: fields => loggerWith(sink, { ...inherited, ...fields }),
  }
}

function formatJson({ time, level, message, fields }: Line): string {
  const described = Object.entries(fields).map(([name, value]) => [
    RESERVED.has(name) ? `${name}_` : name,
    isError(value) ? describeError(value, { stack: level === 'error' }) : value,
  ])
  return printable(stringify({ time, level, message, ...Object.fromEntries(described) }))
}

const RESERVED: ReadonlySet<string> = new Set(['time', 'level', 'message'])

const COLOURS: Readonly<Record<LogLevel, number>> = { debug: 90, info: 36, warn: 33, error: 31 }
const GREY = 90

/** `06:12:45.123 WARN  reconcile failed controller=binding key=ns/nginx error="Conflict: …"`. */
function formatText({ time, level, message, fields }: Line, colour: boolean): string {
  const paint = (code: number, text: string): string => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
  const pairs = Object.entries(fields).flatMap(([name, value]) => {
    if (value === undefined) return []
    const text = isError(value) ? formatError(describeError(value, { stack: level === 'error' })) : formatValue(value)
    return [`${paint(GREY, `${name}=`)}${printableLines(text)}`]
  })
  const label = paint(COLOURS[level], level.toUpperCase().padEnd(5))
  return [paint(GREY, time.slice(11, 23)), label, printable(message), ...pairs].join(' ')
}

function formatValue(value: unknown): string {
  return typeof value === 'string' && /^[^\s"=]+$/.test(value) ? value : stringify(value)
}

function formatError({ message, code, causes = [], stack }: ErrorDescription): string {
  const chain = [code === undefined ? message : `${code}: ${message}`, ...causes].join('; because ')
  return stack === undefined ? JSON.stringify(chain) : `${JSON.stringify(chain)}\n${stack}`
}

/** JSON of anything, also of what JSON cannot hold. */
function stringify(value: unknown): string {
  const plain = (_: string, field: unknown): unknown => {
    if (typeof field === 'bigint') return field.toString()
    return isError(field) ? describeError(field) : field
  }
  try {
    return JSON.stringify(value, plain) ?? 'undefined'
  } catch {
    return JSON.stringify(inspect(value, { depth: 3, breakLength: Number.POSITIVE_INFINITY }))
  }
}
