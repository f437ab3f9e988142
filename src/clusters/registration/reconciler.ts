import { SECRET } from '../../api/kinds.ts'
import { executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import { isNotFound } from '../../kube/status-error.ts'
import { ConnectionError, type MemberConnection } from '../../members/connection.ts'
import type { MemberRegistry } from '../../members/member-registry.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { type ClusterSecrets, connectionOf, secretReference } from '../cluster-secret.ts'
import { type ExecutionDeps, executeAction } from './execute.ts'
import { type Observed, plan } from './plan.ts'

export interface RegistrationDeps extends ExecutionDeps {
  readonly host: Pick<Client, 'get' | 'create' | 'patch' | 'delete'>
  readonly clusters: Informer<Cluster>
  readonly namespaces: Informer
  readonly secrets: ClusterSecrets
  /** Of both scopes: read while a cluster is being deleted. */
  readonly bindings: readonly Lister<Binding>[]
  readonly works: Lister<Work>
  readonly members: MemberRegistry
  readonly clock: Clock
  /** How often a cluster that is being deleted is looked at again, in milliseconds. */
  readonly deletionPollMs: number
}

/** Cluster → execution namespace, connection, finalizer and taints (spec/behaviour/clusters.md §1.3, §3, §7). */
export function newClusterReconciler(deps: RegistrationDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) {
      deps.members.disconnect(name)
      return awaitChange()
    }
    const actions = plan(await observe(deps, cluster, signal))
    for (const action of actions) await executeAction(deps, { cluster, action, signal })
    return actions.some(action => action.type === 'wait') ? requeueAfter(deps.deletionPollMs) : awaitChange()
  }
}

async function observe(deps: RegistrationDeps, cluster: Cluster, signal: AbortSignal): Promise<Observed> {
  const { name, deletionTimestamp } = cluster.metadata
  const deleting = deletionTimestamp !== undefined
  return {
    cluster,
    namespace: deps.namespaces.get({ namespace: '', name: executionNamespace(name) }),
    connection: cluster.spec.syncMode === 'Push' ? await readConnection(deps, cluster, signal) : undefined,
    targetedBy: deleting
      ? deps.bindings.flatMap(bindings => bindings.list().filter(binding => targets(binding, name)))
      : [],
    works: deleting ? deps.works.list(executionNamespace(name)) : [],
    now: timestamp(deps.clock),
  }
}

function targets(binding: Binding, cluster: string): boolean {
  return binding.spec.clusters?.some(target => target.name === cluster) ?? false
}

/** A Secret that does not fit ends in the Ready condition, which the status controller writes; here it is no failure. */
async function readConnection(
  deps: RegistrationDeps,
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
  deps: RegistrationDeps,
  cluster: Cluster,
  signal: AbortSignal,
): Promise<KubeObject | undefined> {
  const key = secretReference(cluster, deps.secrets)
  const cached = deps.secrets.get(key.namespace)?.get(key)
  if (cached !== undefined) return cached
  try {
    return await deps.host.get(SECRET, key, { signal })
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}
