import { Counter, Gauge, Registry } from 'prom-client'
import { formatResource } from '../api/kinds.ts'
import type { RequestReport } from '../kube/new-client.ts'
import type { ControllerMetrics, OneControllerMetrics } from './controller.ts'
import { collectProcessMetrics } from './event-loop-metrics.ts'
import type { RecorderMetrics } from './event-recorder.ts'
import { type EvictionMetrics, newEvictionMetrics } from './eviction-metrics.ts'
import { type FleetMetrics, newFleetMetrics } from './fleet-metrics.ts'
import { type HostMetrics, newHostMetrics } from './host-metrics.ts'
import type { InformerMetrics } from './informer.ts'
import { newShareMetrics, type ShareMetrics } from './share-metrics.ts'
import { type Observe, TalliedHistogram } from './tallied-histogram.ts'
import { type Labels, Tallies } from './tallies.ts'

/** All numbers of the process. Pass it wherever a part asks for its metrics. */
export interface Metrics
  extends ControllerMetrics,
    InformerMetrics,
    RecorderMetrics,
    FleetMetrics,
    HostMetrics,
    EvictionMetrics,
    ShareMetrics {
  /** Counts requests of one cluster's client: give it to `newClient` as `onRequest`. */
  requestsOf(cluster: string): (report: RequestReport) => void
  /** @param isLeader asked when metrics are collected. */
  watchLeadership(isLeader: () => boolean): void
  /** Drops all series of a cluster that has gone. */
  forgetCluster(cluster: string): Promise<void>
  /** For further metrics of single parts; their names begin with `flotilla_`. */
  readonly registry: Registry
  /** The text that Prometheus reads. */
  render(): Promise<string>
  readonly contentType: string
}

export interface MetricsOptions {
  /** Adds those of the process and of Node: CPU, memory, event-loop delay, garbage collection. Default true. */
  readonly process?: boolean
}

const SHORT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

/** Builds an empty set of metrics; there is none at module level, so that two operators in one process stay apart. */
export function newMetrics(options: MetricsOptions = {}): Metrics {
  const registry = new Registry()
  if (options.process ?? true) collectProcessMetrics(registry)
  const requests = newRequestMetrics(registry)
  const informers = newInformerMetrics(registry)
  return {
    registry,
    ...newControllerMetrics(registry),
    ...informers.metrics,
    ...newRecorderMetrics(registry),
    ...newFleetMetrics(registry),
    ...newHostMetrics(registry),
    ...newEvictionMetrics(registry),
    ...newShareMetrics(registry),
    requestsOf: requests.requestsOf,
    watchLeadership: isLeader => watchLeadership(registry, isLeader),
    forgetCluster: async cluster => {
      informers.forget(cluster)
      requests.forget(cluster)
      await Promise.all([...requests.byCluster, ...informers.byCluster].map(metric => forget(metric, cluster)))
    },
    render: () => registry.metrics(),
    contentType: registry.contentType,
  }
}

interface RunningController {
  readonly name: string
  readonly now: () => { readonly queued: number; readonly running: number }
}

function newControllerMetrics(registry: Registry): ControllerMetrics {
  const registers = [registry]
  const labelNames = ['controller']
  // Members have queues of their own under one name: the gauges give their sum.
  const running = new Set<RunningController>()
  const gauge = (name: string, help: string, of: keyof ReturnType<RunningController['now']>) =>
    new Gauge({
      name,
      help,
      labelNames,
      registers,
      collect() {
        this.reset()
        for (const controller of running) this.inc({ controller: controller.name }, controller.now()[of])
      },
    })
  gauge('flotilla_workqueue_depth', 'Keys that wait to be reconciled.', 'queued')
  gauge('flotilla_reconciles_running', 'Reconciles under way.', 'running')
  const counter = (name: string, help: string) => new Counter({ name, help, labelNames, registers })
  const histogram = (name: string, help: string) =>
    new TalliedHistogram({ name, help, labelNames, registers, buckets: SHORT_SECONDS })
  const added = counter('flotilla_workqueue_adds_total', 'Keys added, duplicates included.')
  const retried = counter('flotilla_workqueue_retries_total', 'Keys added again after a failure.')
  const waited = histogram('flotilla_workqueue_wait_seconds', 'Time from add to the start of the reconcile.')
  const lasted = histogram('flotilla_reconcile_duration_seconds', 'Time a reconcile took.')
  const ended = new Tallies()
  new Counter({
    name: 'flotilla_reconcile_total',
    help: 'Reconciles by result: success, requeue, error, conflict, terminal (waits for a change), panic (our mistake).',
    labelNames: ['controller', 'result'],
    registers,
    collect() {
      ended.take((labels, count) => this.inc(labels, count))
    },
  })
  return {
    controller(name, now): OneControllerMetrics {
      const self = { name, now }
      running.add(self)
      const [adds, retries] = [added.labels(name), retried.labels(name)]
      const waits = waited.series({ controller: name })
      const durations = lasted.series({ controller: name })
      return {
        added: () => adds.inc(),
        retried: () => retries.inc(),
        waited: waits,
        reconciled: (outcome, seconds) => {
          ended.add(`${name} ${outcome}`, () => ({ controller: name, result: outcome }))
          durations(seconds)
        },
        stopped: () => void running.delete(self),
      }
    },
  }
}

type ByCluster = Counter<string> | Gauge<string>

function newInformerMetrics(registry: Registry): {
  readonly metrics: InformerMetrics
  readonly byCluster: readonly ByCluster[]
  /** Drops the sizes of a cluster's caches. */
  readonly forget: (cluster: string) => void
} {
  const registers = [registry]
  const labelNames = ['cluster', 'resource']
  const sizes = new Map<string, { readonly labels: Labels; readonly count: number }>()
  new Gauge({
    name: 'flotilla_informer_objects',
    help: 'Objects cached.',
    labelNames,
    registers,
    collect() {
      this.reset()
      for (const { labels, count } of sizes.values()) this.set(labels, count)
    },
  })
  const seen = new Tallies()
  const events = new Counter({
    name: 'flotilla_informer_events_total',
    help: 'Watch events received; of type ECHO those of own writes.',
    labelNames: [...labelNames, 'type'],
    registers,
    collect() {
      seen.take((labels, count) => this.inc(labels, count))
    },
  })
  const lists = new Counter({
    name: 'flotilla_informer_lists_total',
    help: 'Complete lists taken; more than one for each resource means that versions expired.',
    labelNames,
    registers,
  })
  const failures = new Counter({
    name: 'flotilla_informer_failures_total',
    help: 'Lists and watches that failed.',
    labelNames,
    registers,
  })
  return {
    byCluster: [events, lists, failures],
    forget: cluster => {
      for (const [key, { labels }] of sizes) if (labels['cluster'] === cluster) sizes.delete(key)
    },
    metrics: {
      watchEvent: (cluster, resource, type) =>
        seen.add(`${type} ${resource.plural} ${resource.version} ${resource.group} ${cluster}`, () => {
          return { cluster, resource: formatResource(resource), type }
        }),
      listed: (cluster, resource) => lists.inc({ cluster, resource: formatResource(resource) }),
      listWatchFailed: (cluster, resource) => failures.inc({ cluster, resource: formatResource(resource) }),
      cached: (cluster, resource, count) => {
        const key = `${resource.plural} ${resource.version} ${resource.group} ${cluster}`
        const labels = sizes.get(key)?.labels ?? { cluster, resource: formatResource(resource) }
        if (count === undefined) sizes.delete(key)
        else sizes.set(key, { labels, count })
      },
    },
  }
}

function newRecorderMetrics(registry: Registry): RecorderMetrics {
  const registers = [registry]
  const sent = new Counter({
    name: 'flotilla_events_sent_total',
    help: 'Events written.',
    labelNames: ['verb'],
    registers,
  })
  const dropped = new Counter({
    name: 'flotilla_events_dropped_total',
    help: 'Events not written: the object had its share, too many waited, or the apiserver refused.',
    labelNames: ['reason', 'type'],
    registers,
  })
  return {
    eventSent: verb => sent.inc({ verb }),
    eventDropped: (reason, type) => dropped.inc({ reason, type }),
  }
}

function newRequestMetrics(registry: Registry): {
  readonly requestsOf: Metrics['requestsOf']
  readonly byCluster: readonly ByCluster[]
  /** Drops the durations of a cluster's requests. */
  readonly forget: (cluster: string) => void
} {
  const registers = [registry]
  const answered = new Tallies()
  const total = new Counter({
    name: 'flotilla_client_requests_total',
    help: 'Requests to apiservers by verb and HTTP status, or the reason why there was none.',
    labelNames: ['cluster', 'verb', 'resource', 'code'],
    registers,
    collect() {
      answered.take((labels, count) => this.inc(labels, count))
    },
  })
  const duration = new TalliedHistogram({
    name: 'flotilla_client_request_duration_seconds',
    help: 'Time to the end of the answer; of a watch, to its beginning.',
    labelNames: ['cluster', 'verb'],
    buckets: SHORT_SECONDS,
    registers,
  })
  const durations = new Map<string, Observe>()
  const observe = (cluster: string, verb: RequestReport['verb'], seconds: number): void => {
    const key = `${verb} ${cluster}`
    const known = durations.get(key) ?? duration.series({ cluster, verb })
    durations.set(key, known)
    known(seconds)
  }
  return {
    byCluster: [total],
    forget: cluster => {
      durations.clear()
      duration.forget(labels => labels['cluster'] === cluster)
    },
    requestsOf: cluster => report => {
      const { verb, code, durationMs, resource, subresource = '' } = report
      const of = `${resource?.plural} ${resource?.version} ${resource?.group}`
      answered.add(`${verb} ${of} ${subresource} ${code} ${cluster}`, () => {
        return { cluster, verb, resource: formatTarget(report), code: String(code) }
      })
      observe(cluster, verb, durationMs / 1000)
    },
  }
}

function formatTarget({ resource, subresource }: RequestReport): string {
  const suffix = subresource === undefined ? '' : `/${subresource}`
  return `${resource === undefined ? '' : formatResource(resource)}${suffix}`
}

function watchLeadership(registry: Registry, isLeader: () => boolean): void {
  new Gauge({
    name: 'flotilla_leader',
    help: '1 while this process leads.',
    registers: [registry],
    collect() {
      this.set(isLeader() ? 1 : 0)
    },
  })
}

async function forget(metric: ByCluster, cluster: string): Promise<void> {
  const { values } = await metric.get()
  for (const { labels } of values) if (labels['cluster'] === cluster) metric.remove(labels)
}
