import { NAMESPACE, SECRET } from '../../api/kinds.ts'
import { executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { ConnectionError, type MemberConnection } from '../../members/connection.ts'
import type { MemberRegistry } from '../../members/member-registry.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { MANAGED_SELECTOR, planRelease } from '../../rendering/release-object.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import type { Ownership } from '../../runtime/ownership.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type ClusterSecrets, connectionOf, secretReference } from '../cluster-secret.ts'
import { type Action, plan } from './plan.ts'

export interface ConnectionDeps extends Pick<Ownership, 'owns'> {
  readonly host: Pick<Client, 'get'>
  readonly clusters: Informer<Cluster>
  readonly namespaces: Pick<Lister, 'get'>
  readonly secrets: ClusterSecrets
  readonly members: Pick<MemberRegistry, 'connect' | 'disconnect' | 'get'>
  readonly recorder: Recorder
}

/** Cluster and its Secret → connection to the member (spec/behaviour/clusters.md §1.3). */
export function newConnectionReconciler(deps: ConnectionDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) {
      deps.members.disconnect(name)
      return awaitChange()
    }
    const connection = cluster.spec.syncMode === 'Push' ? await readConnection(deps, cluster, signal) : undefined
    const hasNamespace = deps.namespaces.get({ namespace: '', name: executionNamespace(name) }) !== undefined
    for (const action of plan({ cluster, connection, hasNamespace })) await execute(deps, { cluster, action, signal })
    return awaitChange()
  }
}

/** A Secret that does not fit ends in the Ready condition, which the status controller writes; here it is no failure. */
async function readConnection(
  deps: ConnectionDeps,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<MemberConnection | undefined> {
  try {
    return connectionOf(cluster, await readSecret(deps, cluster, signal))
  } catch (error) {
    if (error instanceof ConnectionError) return undefined
    throw error
  }
}

/** A Secret made just before its Cluster may not have reached the cache: ask before calling it missing. */
async function readSecret(
  deps: ConnectionDeps,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const key = secretReference(cluster, deps.secrets)
  const cached = deps.secrets.get(key.namespace)?.get(key)
  return cached ?? findOrUndefined(() => deps.host.get(SECRET, key, { signal }))
}

interface Execution {
  readonly cluster: Cluster
  readonly action: Action
  readonly signal: AbortSignal
}

async function execute(deps: ConnectionDeps, execution: Execution): Promise<void> {
  const { cluster, action } = execution
  switch (action.type) {
    case 'connect':
      // It may have been given away while its Secret was read.
      if (deps.owns(cluster.metadata.name)) deps.members.connect(cluster.metadata.name, action.connection)
      return
    case 'disconnect':
      return deps.members.disconnect(cluster.metadata.name)
    case 'releaseNamespaces':
      return releaseNamespaces(deps, execution)
  }
}

const MOST_NAMESPACES = 20_000
const RELEASE_LIMIT_MS = 60_000

/** Never rejects: what stays marked does no harm. */
async function releaseNamespaces(deps: ConnectionDeps, { cluster, signal }: Execution): Promise<void> {
  const client = deps.members.get(cluster.metadata.name)?.client
  if (client === undefined) return
  try {
    // A member that is let go of is not believed: its list may have no end.
    const limits = {
      mostObjects: MOST_NAMESPACES,
      signal: AbortSignal.any([signal, AbortSignal.timeout(RELEASE_LIMIT_MS)]),
    }
    const { items } = await client.list(NAMESPACE, { labelSelector: MANAGED_SELECTOR }, limits)
    for (const namespace of items) {
      const body = planRelease(namespace)
      if (body !== undefined) await client.patch(NAMESPACE, keyOf(namespace), { type: 'json', body }, { signal })
    }
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error)
    const message = `Failed at taking our marks off the member's namespaces: ${cause}`
    deps.recorder.event(cluster, 'Warning', 'MemberObjectsLeft', message)
  }
}
