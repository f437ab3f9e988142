import { CLUSTER } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { conditionMessage, findCondition } from '../../object/condition.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { keyOf } from '../../object/object-key.ts'
import { EVICTION_HALTED, type EvictionHalt } from '../../rendering/eviction-halt.ts'
import { type Clock, timestamp } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import { awaitChange, type ReconcileResult } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { isUnclaimed } from '../../scheduling/when.ts'
import { fleetOf, haltOfCluster } from '../brake.ts'
import { leavingTargets } from '../eviction/deadlines.ts'
import type { FailoverSettings } from '../failover-settings.ts'
import { planOutage } from './plan.ts'

export interface OutageDeps {
  readonly host: Pick<Client, 'patch'>
  readonly clusters: Pick<Informer<Cluster>, 'get' | 'list' | 'observe'>
  /** Of both scopes. */
  readonly bindings: readonly Pick<Lister<Binding>, 'list'>[]
  readonly recorder: Recorder
  readonly clock: Clock
  readonly settings: FailoverSettings
}

/** Cluster → its taint in an outage, in mode auto, and whether the brake keeps workloads in it. */
export function newOutageReconciler(deps: OutageDeps) {
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster === undefined) return awaitChange()
    const halt = haltOf(deps, cluster)
    const { mode } = deps.settings
    const { patch, statusPatch } = planOutage({ cluster, mode, halt, now: timestamp(deps.clock) })
    if (patch !== undefined) {
      // What else is to be written follows with the change that this makes.
      await write(deps, cluster, { body: patch, signal })
      recordTaint(deps, cluster)
    } else if (statusPatch !== undefined) {
      await write(deps, cluster, { body: statusPatch, subresource: 'status', signal })
      recordHalt(deps, cluster, halt)
    }
    return awaitChange()
  }
}

/** Only where something would have to leave: a taint that everybody tolerates halts nobody. */
function haltOf({ clusters, bindings, settings }: OutageDeps, { metadata }: Cluster): EvictionHalt | undefined {
  if (settings.mode === 'off') return undefined
  const halt = haltOfCluster(metadata.name, fleetOf(clusters.list()), settings.brake)
  if (halt === undefined) return undefined
  const getCluster = (name: string) => clusters.get({ namespace: '', name })
  const leaves = (binding: Binding): boolean =>
    !isUnclaimed(binding) &&
    (leavingTargets(binding, getCluster, settings) ?? []).some(({ cluster }) => cluster === metadata.name)
  return bindings.some(informer => informer.list().some(leaves)) ? halt : undefined
}

interface Write {
  readonly body: JsonObject
  readonly subresource?: 'status'
  readonly signal: AbortSignal
}

async function write({ host, clusters }: OutageDeps, cluster: Cluster, { body, ...options }: Write): Promise<void> {
  clusters.observe(await host.patch(CLUSTER, keyOf(cluster), { type: 'merge', body }, options))
}

function recordTaint({ recorder, clusters }: OutageDeps, cluster: Cluster): void {
  const isOut = (clusters.get(keyOf(cluster))?.spec.taints ?? []).length > (cluster.spec.taints ?? []).length
  const message = isOut
    ? 'Tainted NoExecute: workloads leave it when they do not tolerate that any longer'
    : 'The NoExecute taint of its outage follows its condition'
  recorder.event(cluster, isOut ? 'Warning' : 'Normal', 'TaintClusterSucceed', message)
}

function recordHalt({ recorder }: OutageDeps, cluster: Cluster, halt: EvictionHalt | undefined): void {
  const before = findCondition(cluster.status?.conditions, EVICTION_HALTED)
  if (halt !== undefined && before?.message !== conditionMessage(halt.message)) {
    recorder.event(cluster, 'Warning', 'EvictionHalted', halt.message)
  }
}
