import { isNotFound } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { printable } from '../object/printable.ts'
import type { Answered, AskedFleet } from './fleet/on-fleet.ts'
import { readTable, type ServerTable, type Wanted } from './get/read-table.ts'
import { printSideBySide } from './get/side-by-side.ts'
import { resolveKind } from './subject.ts'
import { writeYaml } from './yaml.ts'

export type GetOutput = 'table' | 'wide' | 'json' | 'yaml' | 'name'

export interface GetOptions {
  /** As the user calls it. */
  readonly kind: string
  readonly wanted: Wanted
  readonly output: GetOutput
}

export interface GetDeps {
  readonly asked: AskedFleet
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

/** On an object that is printed: the cluster that it comes from. */
export const CLUSTER_ANNOTATION = 'flotilla.dev/cluster'

/**
 * Objects of one kind from every cluster, side by side.
 *
 * @returns the exit code: 1 for an object that is in none of them.
 */
export async function get(deps: GetDeps, options: GetOptions): Promise<number> {
  const { output } = options
  return output === 'json' || output === 'yaml' ? printObjects(deps, options) : printRows(deps, options)
}

async function printRows({ asked, write, warn }: GetDeps, { kind, wanted, output }: GetOptions): Promise<number> {
  const answers = await findIn(asked, wanted, async (source): Promise<ServerTable & { kind: string }> => {
    const resource = await resolveKind(source.client, kind, asked.signal)
    const namespace = resource.namespaced ? wanted.namespace : ''
    const table = await readTable(source.client, { resource, wanted: { ...wanted, namespace } }, asked.signal)
    const group = resource.group === '' ? '' : `.${resource.group}`
    return { ...table, kind: `${resource.singular}${group}` }
  })
  const tables = answers.flatMap(({ cluster, answer }) => (answer.rows.length > 0 ? [{ cluster, table: answer }] : []))
  if (tables.length === 0) return nothing(warn, { wanted, answers: answers.length })
  const withNamespace = wanted.namespace === '' && tables.some(({ table }) => table.rows.some(row => row.namespace))
  const lines =
    output === 'name'
      ? tables.flatMap(({ cluster, table }) =>
          table.rows.map(({ name }) => printable(`${cluster} ${table.kind}/${name}`)),
        )
      : printSideBySide(tables, { wide: output === 'wide', withNamespace })
  write(lines.map(line => `${line}\n`).join(''))
  return 0
}

async function printObjects({ asked, write, warn }: GetDeps, options: GetOptions): Promise<number> {
  const { kind, wanted, output } = options
  const { signal } = asked
  const answers = await findIn(asked, wanted, async ({ client }): Promise<readonly KubeObject[]> => {
    const resource = await resolveKind(client, kind, signal)
    const namespace = resource.namespaced ? wanted.namespace : ''
    const { name, labelSelector } = wanted
    if (name !== undefined) return [await client.get(resource, { namespace, name }, { signal })]
    const query = { namespace, ...(labelSelector !== undefined && { labelSelector }) }
    return (await client.list(resource, query, { signal })).items
  })
  const items = answers.flatMap(({ cluster, answer }) => answer.map(object => from(cluster, object)))
  if (items.length === 0 && wanted.name !== undefined) return nothing(warn, { wanted, answers: answers.length })
  const list = { apiVersion: 'v1', kind: 'List', items }
  write(output === 'json' ? `${JSON.stringify(list, undefined, 2)}\n` : writeYaml(list))
  return 0
}

function from(cluster: string, object: KubeObject): KubeObject {
  const { managedFields: _fields, ...metadata } = object.metadata
  const annotations = { ...metadata.annotations, [CLUSTER_ANNOTATION]: cluster }
  return { ...object, metadata: { ...metadata, annotations } }
}

/** One object need not be everywhere: that a cluster does not have it is told only when none has. */
export async function findIn<T>(
  asked: AskedFleet,
  { name }: Pick<Wanted, 'name'>,
  question: Parameters<typeof asked.ask<T>>[0],
): Promise<readonly Answered<T>[]> {
  if (name === undefined) return asked.ask(question)
  const missing: { readonly cluster: string; readonly message: string }[] = []
  const answers = await asked.ask(async (source): Promise<T | undefined> => {
    try {
      return await question(source)
    } catch (error) {
      if (!isNotFound(error) || !(error instanceof Error)) throw error
      missing.push({ cluster: source.name, message: error.message })
      return undefined
    }
  })
  const found = answers.filter((each): each is Answered<T> => each.answer !== undefined)
  const byName = missing.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1))
  if (found.length === 0) for (const each of byName) asked.fail(each)
  return found
}

/** @returns the exit code. That nothing is there is no failure, as with kubectl. */
function nothing(
  warn: (text: string) => void,
  { wanted, answers }: { readonly wanted: Wanted; readonly answers: number },
): number {
  if (wanted.name !== undefined || answers === 0) return 1
  warn(wanted.namespace === '' ? 'No resources found.\n' : `No resources found in ${wanted.namespace} namespace.\n`)
  return 0
}
