import { Counter, Gauge, Histogram, type Registry } from 'prom-client'

/** What metrics tell of evictions. */
export interface EvictionMetrics {
  /** A workload of a kind left a cluster. @param lateSeconds since it was due; undefined when there was no such moment. */
  evicted(
    eviction: { readonly cluster: string; readonly kind: string; readonly reason: string },
    lateSeconds?: number,
  ): void
  evictionFailed(): void
  /** @param look asked when metrics are collected; a later call takes its place. */
  watchEvictions(look: () => EvictionState): void
}

export interface EvictionState {
  /** Bindings that wait for their turn. */
  readonly waiting: number
  /** Clusters that nothing may leave until somebody confirms it. */
  readonly halted: readonly string[]
}

const SECONDS = [0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900]

/** Registers the metrics of evictions, with Karmada's names after ours. @source spec/behaviour/addons.md §12 */
export function newEvictionMetrics(registry: Registry): EvictionMetrics {
  const registers = [registry]
  const kinds = new Counter({
    name: 'flotilla_eviction_kind_total',
    help: 'Workloads that left a cluster, by cluster, kind and reason.',
    labelNames: ['cluster', 'kind', 'reason'],
    registers,
  })
  const results = new Counter({
    name: 'flotilla_eviction_processing_total',
    help: 'Evictions by result: success, or error when they could not be written.',
    labelNames: ['result'],
    registers,
  })
  const latency = new Histogram({
    name: 'flotilla_eviction_processing_latency_seconds',
    help: 'Time from when a workload had to leave to when its binding says so.',
    buckets: SECONDS,
    registers,
  })
  const watchEvictions = newStateGauges(registry)
  return {
    watchEvictions,
    evicted(labels, lateSeconds) {
      kinds.inc({ ...labels })
      results.inc({ result: 'success' })
      if (lateSeconds !== undefined) latency.observe(Math.max(0, lateSeconds))
    },
    evictionFailed: () => results.inc({ result: 'error' }),
  }
}

function newStateGauges(registry: Registry): EvictionMetrics['watchEvictions'] {
  let look: (() => EvictionState) | undefined
  new Gauge({
    name: 'flotilla_eviction_queue_depth',
    help: 'Bindings that wait for their turn to leave a cluster.',
    registers: [registry],
    collect() {
      this.set(look?.().waiting ?? 0)
    },
  })
  new Gauge({
    name: 'flotilla_eviction_halted',
    help: '1 for a cluster that nothing leaves until somebody confirms it.',
    labelNames: ['cluster'],
    registers: [registry],
    collect() {
      this.reset()
      for (const cluster of look?.().halted ?? []) this.set({ cluster }, 1)
    },
  })
  return newLook => {
    look = newLook
  }
}
