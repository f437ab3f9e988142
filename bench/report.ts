import { type RequestCount, subtractRequestCounts } from '../e2e/controlplane/request-counts.ts'

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
  readonly question:
    | 'latency'
    | 'burst'
    | 'idle'
    | 'neighbours'
    | 'parking'
    | 'scheduling'
    | 'interpreting'
    | 'estimates'
    | 'joining'
  readonly setting: Readonly<Record<string, number | string>>
  /** Of the implementation. */
  readonly figures: Figures
  /** Of the bare loop, on the same clusters right afterwards; what cannot be told of it is left out. */
  readonly bare: Figures
  readonly requests: readonly RequestRow[]
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
  return count(rows, row => row.server === server && !BACKGROUND.includes(plural(row)) && !READS.includes(row.verb))
}

/** @returns how many requests to a server concern one resource, its subresources included. */
export function countResource(rows: readonly RequestRow[], server: RequestRow['server'], resource: string): number {
  return count(rows, row => row.server === server && plural(row) === resource)
}

/** @returns the implementation's figures divided by the bare loop's, for those that both have. */
export function ratios({ figures, bare }: Pick<Report, 'figures' | 'bare'>): Figures {
  const shared = Object.entries(figures).flatMap(([name, value]) => {
    const least = bare[name]
    return least === undefined || least === 0 ? [] : [[name, round(value / least)] as const]
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
  return [`${report.question}: ${setting.join(', ')}`, head, ...rows, 'requests:', ...requests].join('\n')
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
