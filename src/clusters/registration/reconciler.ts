import { executionNamespace } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import { type ExecutionDeps, executeAction } from './execute.ts'
import { type Observed, plan } from './plan.ts'

export interface RegistrationDeps extends ExecutionDeps {
  readonly host: Pick<Client, 'get' | 'create' | 'patch' | 'delete'>
  readonly clusters: Informer<Cluster>
  readonly namespaces: Informer
  /** Of both scopes: read while a cluster is being deleted. */
  readonly bindings: readonly Lister<Binding>[]
  readonly works: Lister<Work>
  readonly clock: Clock
  /** How often a cluster that is being deleted is looked at again, in milliseconds. */
  readonly deletionPollMs: number
}

/** Cluster → execution namespace, finalizer and taints (spec/behaviour/clusters.md §1.3, §3, §7). */
export function newClusterReconciler(deps: RegistrationDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) return awaitChange()
    const actions = plan(observe(deps, cluster))
    for (const action of actions) await executeAction(deps, { cluster, action, signal })
    return actions.some(action => action.type === 'wait') ? requeueAfter(deps.deletionPollMs) : awaitChange()
  }
}

function observe(deps: RegistrationDeps, cluster: Cluster): Observed {
  const { name, deletionTimestamp } = cluster.metadata
  const deleting = deletionTimestamp !== undefined
  return {
    cluster,
    namespace: deps.namespaces.get({ namespace: '', name: executionNamespace(name) }),
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
