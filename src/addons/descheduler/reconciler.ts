import { RESOURCE_BINDING } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { isBehind } from '../../kube/status-error.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { keyOf, parseKey } from '../../object/object-key.ts'
import { templateTarget } from '../../rendering/template-target.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { type MemberRoom, workloadKey } from '../../scheduling/estimate/member-room.ts'
import { type DeschedulingPlan, describeEvictions, isMovable, planDescheduling } from './plan.ts'

export interface DeschedulerReconcilerDeps {
  readonly host: Pick<Client, 'patch'>
  /** Deployments are namespaced, and so are their bindings. */
  readonly bindings: Pick<Informer<Binding>, 'get' | 'observe'>
  /** Undefined for a cluster that does not answer. */
  readonly roomOf: (cluster: string) => MemberRoom | undefined
  readonly recorder: Recorder
  readonly clock: Clock
  /** Bindings that name another scheduler are left to it. */
  readonly schedulerName: string
  readonly times: DeschedulerTimes
}

export interface DeschedulerTimes {
  /** Between two looks at a binding. */
  readonly intervalMs: number
  /** How long a pod is without a node before it is given up. */
  readonly unschedulableThresholdMs: number
}

/** Binding → fewer replicas where they find no node; the scheduler places them again (spec/behaviour/addons.md §3). */
export function newDeschedulerReconciler(deps: DeschedulerReconcilerDeps) {
  return async (key: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const binding = deps.bindings.get(parseKey(key))
    if (binding === undefined) return awaitChange()
    const plan = isMovable(binding, deps.schedulerName)
      ? planDescheduling(binding, cluster => unschedulablePods(deps, binding, cluster))
      : undefined
    if (plan !== undefined) await deschedule(deps, { binding, plan }, signal)
    return requeueAfter(deps.times.intervalMs)
  }
}

function unschedulablePods(
  { roomOf, clock, times }: DeschedulerReconcilerDeps,
  { spec }: Binding,
  cluster: string,
): number {
  const { apiVersion, kind, namespace = '', name } = spec.resource
  const workload = workloadKey({ group: parseApiVersion(apiVersion).group, kind, namespace, name })
  return roomOf(cluster)?.unschedulablePods(workload, clock.nowMs() - times.unschedulableThresholdMs) ?? 0
}

async function deschedule(
  { host, bindings, recorder }: DeschedulerReconcilerDeps,
  { binding, plan }: { readonly binding: Binding; readonly plan: DeschedulingPlan },
  signal: AbortSignal,
): Promise<void> {
  const { resourceVersion } = binding.metadata
  const body = { metadata: { resourceVersion }, spec: { clusters: plan.clusters } }
  const template = templateTarget(binding)
  const what = describeEvictions(plan.evicted)
  try {
    bindings.observe(await host.patch(RESOURCE_BINDING, keyOf(binding), { type: 'merge', body }, { signal }))
  } catch (error) {
    if (!isBehind(error)) {
      const text = `Replicas that find no node (${what}) could not be taken from there: ${error instanceof Error ? error.message : String(error)}`
      for (const about of [template, binding]) recorder.event(about, 'Warning', 'DescheduleBindingFailed', text)
    }
    throw error
  }
  const text = `Replicas that find no node are placed again: ${what}`
  for (const about of [template, binding]) recorder.event(about, 'Normal', 'DescheduleBindingSucceed', text)
}
