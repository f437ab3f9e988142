import { printTable } from '../table.ts'
import type { ServerTable } from './read-table.ts'

export interface SideBySide {
  readonly cluster: string
  readonly table: ServerTable
}

export interface SideBySideOptions {
  /** Columns that are shown with `-o wide` only. */
  readonly wide: boolean
  /** Rows of several namespaces: they tell which. */
  readonly withNamespace: boolean
}

/**
 * Tables of several clusters as one, the cluster first. Clusters of other versions may have other columns: each column stands
 * once, and is empty where a cluster does not have it.
 */
export function printSideBySide(
  tables: readonly SideBySide[],
  { wide, withNamespace }: SideBySideOptions,
): readonly string[] {
  const shown = tables.flatMap(({ table }) => table.columns.filter(({ priority }) => wide || priority === 0))
  const names = [...new Set(shown.map(({ name }) => name))]
  const rows = tables.flatMap(({ cluster, table }) =>
    table.rows.map(({ namespace, cells }) => [
      cluster,
      ...(withNamespace ? [namespace] : []),
      ...names.map(name => cells[table.columns.findIndex(column => column.name === name)] ?? ''),
    ]),
  )
  const columns = ['CLUSTER', ...(withNamespace ? ['NAMESPACE'] : []), ...names.map(name => name.toUpperCase())]
  return printTable(columns, rows)
}
