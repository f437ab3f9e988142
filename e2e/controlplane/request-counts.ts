/** Requests that an apiserver answered since it started, one row per verb, resource, subresource and HTTP code. */
export interface RequestCount {
  /** Upper case as in the metric: GET, LIST, WATCH, POST, PUT, PATCH, APPLY, DELETE, … */
  readonly verb: string
  /** `''` for the core group. */
  readonly group: string
  /** Plural; `''` for paths that are no resource. */
  readonly resource: string
  readonly subresource: string
  readonly code: string
  /** Only of dry runs, which store nothing. */
  readonly dryRun?: true
  readonly count: number
}

const METRIC = 'apiserver_request_total'

/** @returns the rows of a `/metrics` page, summed over versions, scopes and the like. */
export function parseRequestCounts(page: string): readonly RequestCount[] {
  const rows = page.split('\n').filter(line => line.startsWith(`${METRIC}{`))
  return sumRows(rows.map(parseRow))
}

/** @returns what was added between two pages, without rows of zero. A restarted server counts from nothing. */
export function subtractRequestCounts(
  after: readonly RequestCount[],
  before: readonly RequestCount[],
): readonly RequestCount[] {
  const earlier = new Map(before.map(row => [keyOf(row), row.count]))
  const restarted = after.some(row => row.count < (earlier.get(keyOf(row)) ?? 0))
  return after
    .map(row => ({ ...row, count: row.count - (restarted ? 0 : (earlier.get(keyOf(row)) ?? 0)) }))
    .filter(row => row.count > 0)
}

/** @returns the sum of the counts of the rows that match, e.g. `{ resource: 'works' }`; all rows without a filter. */
export function totalRequests(
  counts: readonly RequestCount[],
  filter: Partial<Omit<RequestCount, 'count'>> = {},
): number {
  const wanted = Object.entries(filter)
  return counts
    .filter(row => wanted.every(([field, value]) => new Map(Object.entries(row)).get(field) === value))
    .reduce((sum, row) => sum + row.count, 0)
}

function parseRow(line: string): RequestCount {
  const labels = new Map([...line.matchAll(/(\w+)="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]))
  const label = (name: string): string => labels.get(name) ?? ''
  return {
    verb: label('verb'),
    group: label('group'),
    resource: label('resource'),
    subresource: label('subresource'),
    code: label('code'),
    ...(label('dry_run') !== '' && { dryRun: true }),
    count: Number(line.slice(line.lastIndexOf('}') + 1)),
  }
}

function sumRows(rows: readonly RequestCount[]): readonly RequestCount[] {
  const sums = new Map<string, RequestCount>()
  for (const row of rows) {
    const key = keyOf(row)
    sums.set(key, { ...row, count: row.count + (sums.get(key)?.count ?? 0) })
  }
  return [...sums.values()]
}

function keyOf({ verb, group, resource, subresource, code, dryRun }: RequestCount): string {
  return [verb, group, resource, subresource, code, dryRun === true].join('|')
}
