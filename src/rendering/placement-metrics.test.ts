import { expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { schedule } from '../scheduling/schedule.ts'
import { aMember } from '../testing/scheduling-cluster.ts'
import { newPlacementMetrics } from './placement-metrics.ts'

it('counts runs by result, and clusters that were kept out by filter', async () => {
  const registry = new Registry()
  const metrics = newPlacementMetrics(registry)
  const clusters = [aMember('m1'), aMember('m2', { taints: [{ key: 'a', effect: 'NoSchedule' }], kinds: [] })]
  const resource = { apiVersion: 'apps/v1', kind: 'Deployment' }
  const binding = { spec: { resource, placement: {} } }
  metrics.placed(schedule({ binding, clusters }), 0.001)
  metrics.placed(schedule({ binding, clusters: clusters.slice(1) }), 0.001)
  const text = await registry.metrics()
  expect(text.split('\n').filter(line => /^flotilla_schedule(s|_rejections)_total/.test(line))).toEqual([
    'flotilla_schedules_total{result="Success"} 1',
    'flotilla_schedules_total{result="NoClusterFit"} 1',
    'flotilla_schedule_rejections_total{filter="TaintToleration"} 2',
  ])
  expect(text).toContain('flotilla_schedule_duration_seconds_count 2')
})
