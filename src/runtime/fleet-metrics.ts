import { Gauge, type Registry } from 'prom-client'
import { isConditionTrue } from '../object/condition.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import type { Lister } from './lister.ts'

/** What metrics tell of the fleet: how members and bindings are. */
export interface FleetState {
  readonly clusters: readonly { readonly name: string; readonly ready: boolean; readonly nodesKnown: boolean }[]
  readonly bindings: readonly { readonly conditions: readonly BindingCondition[] }[]
}

/** @param isAnswering whether the nodes of a member are known to estimates */
export function fleetStateOf(
  { clusters, bindings, clusterBindings }: FleetCaches,
  isAnswering: (cluster: string) => boolean,
): FleetState {
  return {
    clusters: clusters.list().map(({ metadata: { name }, status }) => ({
      name,
      ready: isConditionTrue(status?.conditions, 'Ready'),
      nodesKnown: isAnswering(name),
    })),
    bindings: [...bindings.list(), ...clusterBindings.list()].map(({ status }) => ({
      conditions: status?.conditions ?? [],
    })),
  }
}

interface FleetCaches {
  readonly clusters: Pick<Lister<Cluster>, 'list'>
  readonly bindings: Pick<Lister<Binding>, 'list'>
  readonly clusterBindings: Pick<Lister<Binding>, 'list'>
}

interface BindingCondition {
  readonly type: string
  readonly status: string
  readonly reason?: string
}

export interface FleetMetrics {
  /** @param look asked when metrics are collected; a later call takes its place. */
  watchFleet(look: () => FleetState): void
}

/** Conditions of bindings that are counted. */
const CONDITIONS = ['Scheduled', 'FullyApplied'] as const
const STATUSES = ['True', 'False', 'Unknown'] as const

/** Registers the gauges of the fleet. A process that does not lead tells nothing of it. */
export function newFleetMetrics(registry: Registry): FleetMetrics {
  let look: (() => FleetState) | undefined
  new Gauge({
    name: 'flotilla_cluster_ready',
    help: '1 while the member is Ready.',
    labelNames: ['cluster'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { name, ready } of look?.().clusters ?? []) this.set({ cluster: name }, ready ? 1 : 0)
    },
  })
  new Gauge({
    name: 'flotilla_cluster_nodes_known',
    help: '1 while estimates for the member look at its nodes, 0 while they know sums only.',
    labelNames: ['cluster'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { name, nodesKnown } of look?.().clusters ?? []) this.set({ cluster: name }, nodesKnown ? 1 : 0)
    },
  })
  new Gauge({
    name: 'flotilla_bindings',
    help: 'Bindings by a condition and its status; Unknown: nothing is known yet.',
    labelNames: ['condition', 'status'],
    registers: [registry],
    collect() {
      this.reset()
      if (look === undefined) return
      const { bindings } = look()
      for (const condition of CONDITIONS) {
        const counts = countStatuses(bindings, condition)
        for (const status of STATUSES) this.set({ condition, status }, counts.get(status) ?? 0)
      }
    },
  })
  new Gauge({
    name: 'flotilla_bindings_unscheduled',
    help: 'Bindings that could not be scheduled, by the reason of their condition Scheduled.',
    labelNames: ['reason'],
    registers: [registry],
    collect() {
      this.reset()
      for (const { conditions } of look?.().bindings ?? []) {
        const scheduled = conditions.find(({ type }) => type === 'Scheduled')
        if (scheduled?.status === 'False') this.inc({ reason: scheduled.reason ?? 'Unknown' })
      }
    },
  })
  return {
    watchFleet: newLook => {
      look = newLook
    },
  }
}

function countStatuses(bindings: FleetState['bindings'], type: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { conditions } of bindings) {
    const status = conditions.find(condition => condition.type === type)?.status ?? 'Unknown'
    counts.set(status, (counts.get(status) ?? 0) + 1)
  }
  return counts
}
