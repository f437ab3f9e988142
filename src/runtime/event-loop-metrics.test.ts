import { describe, expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { collectProcessMetrics, delaySeconds } from './event-loop-metrics.ts'

describe('the delay of the event loop', () => {
  it.each([
    { name: 'none when looks come in time', intervalNs: 50e6, want: 0 },
    { name: 'none when one comes early', intervalNs: 49e6, want: 0 },
    { name: 'what a look is late by', intervalNs: 170e6, want: 0.12 },
  ])('is $name', ({ intervalNs, want }) => expect(delaySeconds(intervalNs)).toBeCloseTo(want))

  it('is told with the other metrics of the process, each once', async () => {
    const registry = new Registry()
    collectProcessMetrics(registry)
    const text = await registry.metrics()
    const told = [...text.matchAll(/^(\w+) (\S+)$/gm)].map(([, name = '', value]) => [name, Number(value)] as const)
    const values = new Map(told)
    expect(told).toHaveLength(values.size)
    for (const name of ['min', 'max', 'mean', 'p50', 'p90', 'p99']) {
      expect(values.get(`nodejs_eventloop_lag_${name}_seconds`)).toBeLessThan(60)
    }
    expect(values.get('process_cpu_seconds_total')).toBeGreaterThan(0)
  })
})
