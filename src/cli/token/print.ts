/** A join token that was not used yet. */
export interface TokenRow {
  readonly cluster: string
  /** RFC 3339. */
  readonly expires: string
  readonly expired: boolean
}

/** @returns a table, by cluster. */
export function printTokens(rows: readonly TokenRow[]): string {
  if (rows.length === 0) return 'There are no join tokens: flotilla token create <cluster> makes one.\n'
  const lines = rows
    .toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1))
    .map(({ cluster, expires, expired }) => [cluster, expired ? `${expires} (expired)` : expires] as const)
  const width = Math.max('CLUSTER'.length, ...lines.map(([cluster]) => cluster.length))
  return [['CLUSTER', 'EXPIRES'] as const, ...lines]
    .map(([cluster, expires]) => `${cluster.padEnd(width)}  ${expires}\n`)
    .join('')
}
