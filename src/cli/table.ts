import { printable } from '../object/printable.ts'

const GAP = '   '

/**
 * Rows under their columns as kubectl prints them: padded, three spaces apart, nothing after the last. Each is one line, whatever
 * its cells hold; so colours are none of theirs.
 *
 * @param gap what stands between columns.
 */
export function printTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  gap = GAP,
): readonly string[] {
  const all = [columns, ...rows].map(cells => cells.map(printable))
  const widths = columns.map((_, column) => Math.max(...all.map(cells => (cells[column] ?? '').length)))
  return all.map(cells =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(gap)
      .trimEnd(),
  )
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/**
 * How long ago something was, as kubectl says it: `47s`, `3m12s`, `5h`, `12d`.
 *
 * @param time RFC 3339
 * @returns `<unknown>` for what is no time.
 */
export function formatAge(time: string | undefined, nowMs: number): string {
  const ageMs = nowMs - Date.parse(time ?? '')
  if (Number.isNaN(ageMs)) return '<unknown>'
  const ms = Math.max(0, ageMs)
  if (ms < 2 * MINUTE_MS) return `${Math.floor(ms / 1000)}s`
  if (ms < 10 * MINUTE_MS) return withRest(ms, { unitMs: MINUTE_MS, unit: 'm', restMs: 1000, rest: 's' })
  if (ms < 3 * HOUR_MS) return `${Math.floor(ms / MINUTE_MS)}m`
  if (ms < 8 * HOUR_MS) return withRest(ms, { unitMs: HOUR_MS, unit: 'h', restMs: MINUTE_MS, rest: 'm' })
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)}h`
  return `${Math.floor(ms / DAY_MS)}d`
}

interface Units {
  readonly unitMs: number
  readonly unit: string
  readonly restMs: number
  readonly rest: string
}

function withRest(ms: number, { unitMs, unit, restMs, rest }: Units): string {
  const units = Math.floor(ms / unitMs)
  const left = Math.floor((ms - units * unitMs) / restMs)
  return left === 0 ? `${units}${unit}` : `${units}${unit}${left}${rest}`
}
