import { CLUSTER_NAMESPACE } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { DesiredCondition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { Informer } from '../../runtime/informer.ts'
import type { Lister } from '../../runtime/lister.ts'
import type { Logger } from '../../runtime/logger.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from '../../runtime/reconcile-error.ts'
import type { Recorder } from '../../runtime/recorder.ts'
import { writeCondition } from '../cluster-condition.ts'
import type { AgentLease } from './agent-lease.ts'
import { judge, type MonitorTimes, observe, type Sight } from './plan.ts'

export interface MonitorReconcilerDeps {
  readonly host: Pick<Client, 'patch' | 'probe'>
  readonly clusters: Pick<Informer<Cluster>, 'get' | 'observe'>
  readonly agentLeases: Lister<AgentLease>
  readonly recorder: Recorder
  readonly clock: Clock
  readonly log: Logger
  readonly times: MonitorTimes & { readonly monitorIntervalMs: number }
  /** Told when a cluster's agent was looked at. */
  readonly onLook: (cluster: string) => void
}

const PROBE_MS = 5000

/** Agents that fall silent → condition Ready Unknown of their clusters (spec/behaviour/clusters.md §2.1). */
export function newMonitorReconciler(deps: MonitorReconcilerDeps) {
  const sights = new Map<string, Sight>()
  let aheadMs: Promise<number> | undefined
  return async (name: string, signal: AbortSignal): Promise<ReconcileResult> => {
    const cluster = deps.clusters.get({ namespace: '', name })
    if (cluster?.spec.syncMode !== 'Pull') {
      sights.delete(name)
      return awaitChange()
    }
    aheadMs ??= hostAheadMs(deps, signal)
    const lease = deps.agentLeases.get({ namespace: CLUSTER_NAMESPACE, name })
    const storedAtMs = lease?.flotillaStoredAtMs
    const hostNowMs = deps.clock.nowMs() + (await aheadMs)
    const heard = {
      cluster,
      renewTime: lease?.spec?.renewTime,
      leaseAgeMs: storedAtMs === undefined ? undefined : hostNowMs - storedAtMs,
      nowMs: deps.clock.monotonicMs(),
    }
    const sight = observe(sights.get(name), heard)
    sights.set(name, sight)
    const condition = judge(sight, heard, deps.times)
    if (condition !== undefined) await write(deps, { cluster, condition }, signal)
    deps.onLook(name)
    return requeueAfter(deps.times.monitorIntervalMs)
  }
}

/** How far the host's clock is ahead of ours; 0 when it does not say. */
async function hostAheadMs({ host, clock, log }: MonitorReconcilerDeps, signal: AbortSignal): Promise<number> {
  try {
    const { serverTimeMs } = await host.probe('/readyz', { signal, timeoutMs: PROBE_MS })
    return serverTimeMs === undefined ? 0 : serverTimeMs - clock.nowMs()
  } catch (error) {
    log.warn("cannot read the host's time", { error })
    return 0
  }
}

interface Write {
  readonly cluster: Cluster
  readonly condition: DesiredCondition
}

async function write(deps: MonitorReconcilerDeps, { cluster, condition }: Write, signal: AbortSignal): Promise<void> {
  await writeCondition(deps, { cluster, wanted: condition }, signal)
  deps.log.warn(condition.message, { cluster: cluster.metadata.name, condition: 'Ready', reason: condition.reason })
  deps.recorder.event(cluster, 'Warning', condition.reason, condition.message)
}
