import { isJsonObject } from '../../../object/raw-json.ts'
import type { Clock } from '../../../runtime/clock.ts'
import type { ScriptLibrary } from '../script-library.ts'

const MS_PER_SECOND = 1_000
const NOON = 12
const MS_PER_DAY = 86_400_000
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
]

/** The part of Lua's `os` that is about time and reaches nothing else. All times are UTC, as in a Pod. */
export function newOsLibrary(clock: Pick<Clock, 'nowMs' | 'monotonicMs'>): ScriptLibrary {
  return {
    time: table => (isJsonObject(table) ? fromTable(table) : Math.floor(clock.nowMs() / MS_PER_SECOND)),
    clock: () => clock.monotonicMs() / MS_PER_SECOND,
    difftime: (to, from) => numberOr(to, 0) - numberOr(from, 0),
    date: (format, time) => {
      const at = new Date(numberOr(time, clock.nowMs() / MS_PER_SECOND) * MS_PER_SECOND)
      return formatDate(typeof format === 'string' ? format.replace(/^!/, '') : '%c', at)
    },
  }
}

function formatDate(format: string, at: Date): unknown {
  if (Number.isNaN(at.getTime())) throw new RangeError('the time is out of range')
  return format.startsWith('*t') ? toTable(at) : format.replaceAll(/%(.)/g, (whole, word) => WORDS[word]?.(at) ?? whole)
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

function fromTable({ year, month, day, hour, min, sec }: Readonly<Record<string, unknown>>): number {
  for (const [name, value] of Object.entries({ year, month, day })) {
    if (typeof value !== 'number') throw new RangeError(`field '${name}' missing in date table`)
  }
  const date = [numberOr(year, 0), numberOr(month, 1) - 1, numberOr(day, 1)] as const
  return Date.UTC(...date, numberOr(hour, NOON), numberOr(min, 0), numberOr(sec, 0)) / MS_PER_SECOND
}

function toTable(at: Date): object {
  return {
    year: at.getUTCFullYear(),
    month: at.getUTCMonth() + 1,
    day: at.getUTCDate(),
    hour: at.getUTCHours(),
    min: at.getUTCMinutes(),
    sec: at.getUTCSeconds(),
    wday: at.getUTCDay() + 1,
    yday: dayOfYear(at),
    isdst: false,
  }
}

function dayOfYear(at: Date): number {
  return Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / MS_PER_DAY) + 1
}

const pad = (value: number, digits = 2): string => String(value).padStart(digits, '0')
const date = (at: Date): string =>
  `${pad(at.getUTCMonth() + 1)}/${pad(at.getUTCDate())}/${pad(at.getUTCFullYear() % 100)}`
const timeOfDay = (at: Date): string => `${pad(at.getUTCHours())}:${pad(at.getUTCMinutes())}:${pad(at.getUTCSeconds())}`
const weekday = (at: Date): string => DAYS[at.getUTCDay()] ?? ''
const month = (at: Date): string => MONTHS[at.getUTCMonth()] ?? ''
const hour12 = (at: Date): number => at.getUTCHours() % NOON || NOON

const WORDS: Readonly<Record<string, (at: Date) => string>> = {
  a: at => weekday(at).slice(0, 3),
  A: weekday,
  b: at => month(at).slice(0, 3),
  B: month,
  c: at =>
    `${weekday(at).slice(0, 3)} ${month(at).slice(0, 3)} ${pad(at.getUTCDate())} ${timeOfDay(at)} ${at.getUTCFullYear()}`,
  d: at => pad(at.getUTCDate()),
  H: at => pad(at.getUTCHours()),
  I: at => pad(hour12(at)),
  j: at => pad(dayOfYear(at), 3),
  m: at => pad(at.getUTCMonth() + 1),
  M: at => pad(at.getUTCMinutes()),
  p: at => (at.getUTCHours() < NOON ? 'AM' : 'PM'),
  S: at => pad(at.getUTCSeconds()),
  w: at => String(at.getUTCDay()),
  x: date,
  X: timeOfDay,
  y: at => pad(at.getUTCFullYear() % 100),
  Y: at => String(at.getUTCFullYear()),
  Z: () => 'UTC',
  '%': () => '%',
}
