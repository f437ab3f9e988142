import { BINDING_KINDS, CLUSTER, NAMESPACE, type Resource, WORK } from '../../api/kinds.ts'
import { clusterOfExecutionNamespace, executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isNotFound } from '../../kube/status-error.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'
import type { Expected } from './expected.ts'
import { inTurn } from './in-turn.ts'
import { markOf } from './mark.ts'
import { nameOf, type Source } from './read-source.ts'
import type { HostRow } from './report.ts'
import type { Survey } from './survey.ts'

/** What Karmada writes as soon as it is at work again: the manifests of its Works, as they stand there. */
export function expectedOfKarmada({ works }: Pick<Source, 'works'>): readonly Expected[] {
  return works.flatMap(work => {
    const cluster = clusterOfExecutionNamespace(work.metadata.namespace ?? '')
    if (cluster === undefined || !isDispatched(work)) return []
    return manifestsOf(work).map(manifest => ({
      cluster,
      manifest,
      object: `${manifest.kind} ${formatKey(keyOf(manifest))}`,
    }))
  })
}

function isDispatched({ spec, metadata }: Work): boolean {
  return spec.suspendDispatching !== true && metadata.deletionTimestamp === undefined
}

export interface RemovalDeps {
  readonly host: Pick<Client, 'get' | 'list' | 'patch' | 'delete'>
  readonly discovery: Pick<Discovery, 'resourceFor'>
  readonly signal: AbortSignal
}

/**
 * What a migration brought to the host, in the order in which it goes: Clusters first, so that an operator that comes back finds no
 * member. Namespaces of users stay, and CRDs: others may have made something of them.
 */
export async function removable(
  { host, signal }: RemovalDeps,
  survey: Survey,
  source: string,
): Promise<readonly KubeObject[]> {
  const [, , rules = [], bindings = [], , templates = []] = survey.parts
  const present = (items: readonly { readonly existing: KubeObject | undefined }[]) =>
    items.flatMap(({ existing }) => (existing !== undefined && markOf(existing)?.source === source ? [existing] : []))
  const clusters = present(survey.members.map(({ cluster }) => cluster))
  const spaces = survey.members.map(({ name }) => executionNamespace(name))
  const works = await Promise.all(
    spaces.map(
      async namespace => (await findOrUndefined(() => host.list(WORK, { namespace }, { signal })))?.items ?? [],
    ),
  )
  const namespaces = await Promise.all(
    spaces.map(
      async name => (await findOrUndefined(() => host.get(NAMESPACE, { namespace: '', name }, { signal }))) ?? [],
    ),
  )
  const secrets = present(survey.members.flatMap(each => each.secrets))
  return [
    ...clusters,
    ...works.flat(),
    ...present(bindings),
    ...present(templates),
    ...present(rules),
    ...secrets,
    ...namespaces.flat(),
  ]
}

export function removalRows(objects: readonly KubeObject[]): readonly HostRow[] {
  return objects.map(object => ({ object: nameOf(object), action: 'remove', note: '' }))
}

/** Removes objects from the host with nobody at work there: their finalizers are taken off, so no member is touched. */
export async function remove(deps: RemovalDeps, objects: readonly KubeObject[]): Promise<void> {
  const first = [CLUSTER.kind, WORK.kind, ...BINDING_KINDS.map(({ kind }) => kind)]
  for (const kind of first)
    await inTurn(
      objects.filter(each => each.kind === kind),
      each => removeOne(deps, each),
    )
  await inTurn(
    objects.filter(each => !first.includes(each.kind)),
    each => removeOne(deps, each),
  )
}

async function removeOne({ host, discovery, signal }: RemovalDeps, object: KubeObject): Promise<void> {
  const resource = await discovery.resourceFor(gvkOf(object))
  if (resource === undefined) return
  const { uid, finalizers = [] } = object.metadata
  try {
    if (finalizers.length > 0 && isOfKarmadasGroups(resource))
      await host.patch(resource, keyOf(object), { type: 'merge', body: { metadata: { finalizers: null } } }, { signal })
    await host.delete(resource, keyOf(object), {
      signal,
      propagationPolicy: 'Background',
      ...(uid !== undefined && { uid }),
    })
  } catch (failure) {
    if (!isNotFound(failure)) throw failure
  }
}

function isOfKarmadasGroups({ group }: Resource): boolean {
  return group.endsWith('.karmada.io')
}
