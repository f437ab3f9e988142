import type { Client } from '../kube/client.ts'
import { isNotFound } from '../kube/status-error.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'

/** @returns the plurals that an apiserver serves of a version of a group; none when it does not know it. */
export async function servedPlurals(
  client: Pick<Client, 'request'>,
  groupVersion: string,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  try {
    const discovered = await client.request('GET', `/apis/${groupVersion}`, undefined, { signal })
    return new Set(listAt(discovered, 'resources').flatMap(row => stringAt(row, 'name') ?? []))
  } catch (error) {
    if (isNotFound(error)) return new Set()
    throw error
  }
}

/** Asks which CRDs are served in all of their versions; one request for each version of a group. @returns their names. */
export async function findServed(
  client: Pick<Client, 'request'>,
  manifests: readonly KubeObject[],
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const asked = [...new Set(manifests.flatMap(groupVersionsOf))]
  const answers = await Promise.all(asked.map(async each => [each, await servedPlurals(client, each, signal)] as const))
  const served = new Map(answers)
  const isServed = (manifest: KubeObject): boolean =>
    groupVersionsOf(manifest).every(each => served.get(each)?.has(stringAt(manifest, 'spec', 'names', 'plural') ?? ''))
  return new Set(manifests.filter(isServed).map(({ metadata }) => metadata.name))
}

function groupVersionsOf(manifest: KubeObject): readonly string[] {
  const group = stringAt(manifest, 'spec', 'group') ?? ''
  return listAt(manifest, 'spec', 'versions').map(version => `${group}/${stringAt(version, 'name')}`)
}
