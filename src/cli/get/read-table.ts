import type { Resource } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { collectionPath, formatQuery, objectPath } from '../../kube/paths.ts'
import { listAt, numberAt, objectAt, stringAt } from '../../object/field.ts'

const ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'
const PAGE_SIZE = 500

/** What is asked for. */
export interface Wanted {
  /** '' for all namespaces. */
  readonly namespace: string
  /** One object; absent: all that the selector takes. */
  readonly name?: string
  readonly labelSelector?: string
}

export interface TableColumn {
  readonly name: string
  /** 0: always shown; above: with `-o wide`. */
  readonly priority: number
}

/** A table as the apiserver makes it for kubectl. */
export interface ServerTable {
  readonly columns: readonly TableColumn[]
  readonly rows: readonly {
    readonly namespace: string
    readonly name: string
    readonly cells: readonly string[]
  }[]
}

/**
 * Objects as rows, with the columns that the server prints for kubectl.
 *
 * @throws StatusError, TransportError
 */
export async function readTable(
  client: Pick<Client, 'readDocument'>,
  { resource, wanted }: { readonly resource: Resource; readonly wanted: Wanted },
  signal: AbortSignal,
): Promise<ServerTable> {
  const { namespace, name, labelSelector } = wanted
  const read = async (path: string): Promise<unknown> => {
    const answer = await client.readDocument(path, { accept: ACCEPT, signal })
    return answer === 'unchanged' ? undefined : answer.document
  }
  if (name !== undefined) return tableOf([await read(objectPath(resource, { namespace, name }))])
  const pages: unknown[] = []
  let next: string | undefined
  do {
    const query = formatQuery({ limit: PAGE_SIZE, labelSelector, continue: next })
    const page = await read(`${collectionPath(resource, namespace)}${query}`)
    pages.push(page)
    next = stringAt(page, 'metadata', 'continue') || undefined
  } while (next !== undefined)
  return tableOf(pages)
}

/** One table of several pages; a server that makes no tables gives names only. */
export function tableOf(pages: readonly unknown[]): ServerTable {
  const defined = pages.map(page => listAt(page, 'columnDefinitions')).find(columns => columns.length > 0) ?? []
  const columns = defined.map(column => ({
    name: stringAt(column, 'name') ?? '',
    priority: numberAt(column, 'priority') ?? 0,
  }))
  const rows = pages.flatMap(page =>
    listAt(page, 'rows').map(row => ({
      namespace: stringAt(row, 'object', 'metadata', 'namespace') ?? '',
      name: stringAt(row, 'object', 'metadata', 'name') ?? textOf(listAt(row, 'cells')[0]),
      cells: listAt(row, 'cells').map(textOf),
    })),
  )
  return { columns, rows }
}

function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return '<none>'
  return objectAt(cell) === undefined && !Array.isArray(cell) ? String(cell) : JSON.stringify(cell)
}
