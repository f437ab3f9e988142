import { monitorEventLoopDelay } from 'node:perf_hooks'
import { collectDefaultMetrics, Gauge, type Registry } from 'prom-client'

/**
 * Between two looks at the event loop, in milliseconds. Each look wakes the process: at prom-client's 10 ms that is the greater part of
 * what an idle operator costs.
 */
export const RESOLUTION_MS = 50
/** Of prom-client's own histogram, which can't be left out: beyond any uptime. */
const NEVER_MS = 2 ** 40
const NANOSECONDS = 1e9

/** What is told of the delays since the last scrape, by the end of its name. */
const STATISTICS: Readonly<Record<string, (delays: ReturnType<typeof monitorEventLoopDelay>) => number>> = {
  min: delays => delays.min,
  max: delays => delays.max,
  mean: delays => delays.mean,
  p50: delays => delays.percentile(50),
  p90: delays => delays.percentile(90),
  p99: delays => delays.percentile(99),
}

/** The metrics of the process and of Node that prom-client knows, under its names; delays of the event loop without their timer's own period. */
export function collectProcessMetrics(registry: Registry): void {
  collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: NEVER_MS })
  const delays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delays.enable()
  const lastName = Object.keys(STATISTICS).at(-1)
  registry.removeSingleMetric(nameOf('stddev'))
  for (const [name, read] of Object.entries(STATISTICS)) {
    registry.removeSingleMetric(nameOf(name))
    new Gauge({
      name: nameOf(name),
      help: `Delay of the event loop since the last scrape, ${name}.`,
      registers: [registry],
      collect() {
        this.set(delays.count === 0 ? 0 : delaySeconds(read(delays)))
        // They are collected in their order.
        if (name === lastName) delays.reset()
      },
    })
  }
}

function nameOf(statistic: string): string {
  return `nodejs_eventloop_lag_${statistic}_seconds`
}

/** @param intervalNs between two looks, as it was: the period in it is no delay. */
export function delaySeconds(intervalNs: number): number {
  return Math.max(0, intervalNs / NANOSECONDS - RESOLUTION_MS / 1000)
}
