import type { WorkloadReference } from '../../api/generated/workload-rebalancer.ts'
import { type BindingKind, WORKLOAD_REBALANCER } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isNotFound } from '../../kube/status-error.ts'
import { bindingName } from '../../object/generated-names.ts'
import type { Binding, WorkloadRebalancer } from '../../object/karmada-objects.ts'
import { keyOf } from '../../object/object-key.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import {
  expiresInMs,
  isBindingOf,
  nextStatus,
  type Outcome,
  pendingWorkloads,
  planTrigger,
  sortKey,
  statusPatch,
} from './plan.ts'

/** The bindings of one scope. */
export interface BindingStore {
  readonly kind: BindingKind
  readonly informer: Pick<Informer<Binding>, 'get' | 'observe'>
}

export interface RebalancerReconcilerDeps {
  readonly host: Pick<Client, 'patch' | 'delete'>
  readonly rebalancers: Pick<Informer<WorkloadRebalancer>, 'get' | 'observe'>
  readonly bindings: { readonly namespaced: BindingStore; readonly cluster: BindingStore }
  readonly clock: Clock
}

/** WorkloadRebalancer → `spec.rescheduleTriggeredAt` of bindings, its status, its end (spec/behaviour/addons.md §7). */
export function newRebalancerReconciler(deps: RebalancerReconcilerDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const rebalancer = deps.rebalancers.get({ namespace: '', name })
    if (rebalancer === undefined || rebalancer.metadata.deletionTimestamp !== undefined) return awaitChange()
    const { tried, failures } = await triggerAll(deps, rebalancer, signal)
    const status = nextStatus(rebalancer, tried, timestamp(deps.clock))
    await writeStatus(deps, { rebalancer, status }, signal)
    if (failures.length > 0) throw failures[0]
    return expire(deps, { rebalancer, finishTime: status.finishTime }, signal)
  }
}

interface Attempt {
  readonly tried: ReadonlyMap<string, Outcome>
  readonly failures: readonly unknown[]
}

/** One that fails does not hold up the others. */
async function triggerAll(
  deps: RebalancerReconcilerDeps,
  rebalancer: WorkloadRebalancer,
  signal: AbortSignal,
): Promise<Attempt> {
  const tried = new Map<string, Outcome>()
  const failures: unknown[] = []
  const at = rebalancer.metadata.creationTimestamp ?? timestamp(deps.clock)
  for (const workload of pendingWorkloads(rebalancer)) {
    try {
      tried.set(sortKey(workload), await trigger(deps, { workload, at }, signal))
    } catch (error) {
      signal.throwIfAborted()
      tried.set(sortKey(workload), undefined)
      failures.push(error)
    }
  }
  return { tried, failures }
}

async function trigger(
  { host, bindings }: RebalancerReconcilerDeps,
  { workload, at }: { readonly workload: WorkloadReference; readonly at: string },
  signal: AbortSignal,
): Promise<Outcome> {
  const { namespace = '' } = workload
  const { kind, informer } = namespace === '' ? bindings.cluster : bindings.namespaced
  const key = { namespace, name: bindingName(workload) }
  const binding = informer.get(key)
  if (binding === undefined || !isBindingOf(binding, workload)) return 'ReferencedBindingNotFound'
  const body = planTrigger(binding, at)
  if (body === undefined) return 'Successful'
  try {
    informer.observe(await host.patch(kind, key, { type: 'merge', body }, { signal }))
    return 'Successful'
  } catch (error) {
    if (isNotFound(error)) return 'ReferencedBindingNotFound'
    throw error
  }
}

async function writeStatus(
  { host, rebalancers }: RebalancerReconcilerDeps,
  { rebalancer, status }: { readonly rebalancer: WorkloadRebalancer; readonly status: object },
  signal: AbortSignal,
): Promise<void> {
  const body = statusPatch(rebalancer, status)
  if (body === undefined) return
  const options = { subresource: 'status', signal }
  rebalancers.observe(await host.patch(WORKLOAD_REBALANCER, keyOf(rebalancer), { type: 'merge', body }, options))
}

async function expire(
  { host, clock }: RebalancerReconcilerDeps,
  { rebalancer, finishTime }: { readonly rebalancer: WorkloadRebalancer; readonly finishTime: string | undefined },
  signal: AbortSignal,
): Promise<ReconcileResult> {
  const inMs = expiresInMs(rebalancer.spec, finishTime, clock.nowMs())
  if (inMs === undefined) return awaitChange()
  if (inMs > 0) return requeueAfter(inMs)
  const { uid } = rebalancer.metadata
  try {
    await host.delete(WORKLOAD_REBALANCER, keyOf(rebalancer), { ...(uid !== undefined && { uid }), signal })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  return awaitChange()
}
