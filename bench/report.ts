import { type RequestCount, subtractRequestCounts } from '../e2e/controlplane/request-counts.ts'
import { fitLine } from './page/fit.ts'
import type { Profile } from './profile.ts'

/** Numbers by name; each name ends in its unit. */
export type Figures = Readonly<Record<string, number>>

/** Requests of one verb to one resource on one server, or on all members together. */
export interface RequestRow {
  readonly server: 'host' | 'members'
  readonly verb: string
  /** Plural, with the subresource behind a slash; the path itself, such as /readyz, where it is no resource. */
  readonly resource: string
  readonly count: number
}

/** The answer to one question. */
export interface Report {
  /** Its name in registry.ts. */
  readonly question: string
  readonly setting: Readonly<Record<string, number | string>>
  /** Of the implementation. */
  readonly figures: Figures
  /** Of the bare loop, on the same clusters right afterwards; what cannot be told of it is left out. */
  readonly bare: Figures
  readonly requests: readonly RequestRow[]
  /** Curves: what grows with what, how times are spread. */
  readonly series?: readonly Series[]
  /** Where the CPU time of the operator went. */
  readonly profile?: Profile
}

/** A curve: y by x. */
export interface Series {
  /** As figures are called: `rssByTemplates`. */
  readonly name: string
  /** Of y. */
  readonly unit: string
  readonly x: { readonly name: string; readonly unit: string }
  readonly points: readonly (readonly [number, number])[]
}

/** Clusters live without objects to place as well: their leases, events, nodes and heartbeats are told apart. */
const BACKGROUND: readonly string[] = ['leases', 'events', 'nodes', 'clusters', '']
const READS: readonly string[] = ['GET', 'LIST', 'WATCH']

/** @returns p50, p95 and p99 (nearest rank) of times in milliseconds, as `<name>P50Ms` and so on; nothing without times. */
export function percentiles(name: string, timesMs: readonly number[]): Figures {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const rank = (percent: number): number => sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)] ?? 0
  if (sorted.length === 0) return {}
  return Object.fromEntries([50, 95, 99].map(percent => [`${name}P${percent}Ms`, round(rank(percent))]))
}

/** Of a curve that tells how times are spread. */
export const SPREAD_UNIT = '% of all'

/** @returns how many of the times were at most so long: a curve that climbs to 100 %. */
export function spreadCurve(name: string, timesMs: readonly number[]): Series {
  const sorted = timesMs.toSorted((a, b) => a - b)
  const points = sorted.map((ms, index) => [round(ms), round(((index + 1) / sorted.length) * 100)] as const)
  return { name, unit: SPREAD_UNIT, x: { name: 'time', unit: 'ms' }, points }
}

/** @returns what several servers answered between two looks, largest first. */
export function requestRows(
  server: RequestRow['server'],
  before: readonly (readonly RequestCount[])[],
  after: readonly (readonly RequestCount[])[],
): readonly RequestRow[] {
  const sums = new Map<string, RequestRow>()
  for (const row of after.flatMap((counts, index) => subtractRequestCounts(counts, before[index] ?? []))) {
    // Of a path that is no resource the apiserver tells the path as the subresource, with or without its slash.
    const resource = [row.resource, row.subresource.replace(/^\//, '')].join(row.subresource === '' ? '' : '/')
    const key = `${row.verb} ${resource}`
    sums.set(key, { server, verb: row.verb, resource, count: row.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()].sort((a, b) => b.count - a.count)
}

/** @returns how many requests are no events and no heartbeat of the clusters themselves. */
export function countForeground(rows: readonly RequestRow[], server: RequestRow['server']): number {
  return count(rows, row => row.server === server && !BACKGROUND.includes(plural(row)))
}

/** @returns how many of them change something. */
export function countWrites(rows: readonly RequestRow[], server: RequestRow['server']): number {
  return count(rows, row => row.server === server && !BACKGROUND.includes(plural(row)) && changes(row))
}

/** A review (`selfsubjectreviews`, say) is a question in the form of a creation. */
function changes(row: RequestRow): boolean {
  return !READS.includes(row.verb) && !plural(row).endsWith('reviews')
}

/** @returns how many requests to a server concern one resource, its subresources included. */
export function countResource(rows: readonly RequestRow[], server: RequestRow['server'], resource: string): number {
  return count(rows, row => row.server === server && plural(row) === resource)
}

/** The bare loop's memory is that of Node without the flags of the image. */
const UNLIKE: readonly string[] = ['peakRssMiB']

/** @returns whether a figure of the bare loop is one of the same kind as the implementation's. */
export function isComparable(name: string): boolean {
  return !UNLIKE.includes(name)
}

/** @returns the implementation's figures divided by the bare loop's, for those that both have and that can be compared. */
export function ratios({ figures, bare }: Pick<Report, 'figures' | 'bare'>): Figures {
  const shared = Object.entries(figures).flatMap(([name, value]) => {
    const least = bare[name]
    return least === undefined || least === 0 || !isComparable(name) ? [] : [[name, round(value / least)] as const]
  })
  return Object.fromEntries(shared)
}

/** @returns one line for programs. */
export function formatJson(report: Report): string {
  return JSON.stringify({ ...report, ratio: ratios(report) })
}

/** @returns a table for people. */
export function formatText(report: Report): string {
  const ratio = ratios(report)
  const setting = Object.entries(report.setting).map(([name, value]) => `${name} ${value}`)
  const names = [...new Set([...Object.keys(report.figures), ...Object.keys(report.bare)])]
  const cell = (value: number | undefined): string => (value === undefined ? '-' : String(value)).padStart(12)
  const rows = names.map(
    name => `${name.padEnd(44)}${cell(report.figures[name])}${cell(report.bare[name])}${cell(ratio[name])}`,
  )
  const head = `${'figure'.padEnd(44)}${'measured'.padStart(12)}${'bare loop'.padStart(12)}${'ratio'.padStart(12)}`
  const requests = report.requests.map(
    row => `  ${row.server.padEnd(8)}${row.verb.padEnd(8)}${row.resource.padEnd(40)}${row.count}`,
  )
  const curves = (report.series ?? []).flatMap(formatCurve)
  const profile = report.profile === undefined ? [] : formatProfile(report.profile)
  return [
    `${report.question}: ${setting.join(', ')}`,
    head,
    ...rows,
    'requests:',
    ...requests,
    ...curves,
    ...profile,
  ].join('\n')
}

/** What grows is told by its line; how times are spread, by their percentiles. */
function formatCurve({ name, unit, x, points }: Series): readonly string[] {
  const fit = unit === SPREAD_UNIT ? undefined : fitLine(points)
  if (fit === undefined) return []
  const [slope, intercept] = [fit.slope, fit.intercept].map(value => Number(value.toPrecision(3)))
  const [least, most] = [Math.min, Math.max].map(bound => bound(...points.map(([at]) => at)))
  return [
    `${name}: ${intercept} ${unit} and ${slope} for each of ${x.name} (${least} to ${most}), R² ${fit.explained.toFixed(3)}`,
  ]
}

function formatProfile({ busySeconds, seconds, parts, functions }: Profile): readonly string[] {
  const row = (percent: number, name: string): string => `${percent.toFixed(1).padStart(8)} %  ${name}`
  return [
    `CPU of the main thread: busy ${busySeconds} of ${seconds} s`,
    ...parts.map(({ name, percent }) => row(percent, name)),
    'functions:',
    ...functions.map(({ name, percent, where }) => row(percent, `${name}  ${where}`)),
  ]
}

/** @returns a number with two decimals. */
export function round(value: number): number {
  return Math.round(value * 100) / 100
}

function plural({ resource }: RequestRow): string {
  return resource.split('/')[0] ?? ''
}

function count(rows: readonly RequestRow[], when: (row: RequestRow) => boolean): number {
  return rows.filter(when).reduce((sum, row) => sum + row.count, 0)
}
