import { describe, expect, it } from '@jest/globals'
import { WORK } from '../api/kinds.ts'
import { newMetrics } from './metrics.ts'

const lines = (text: string, name: string) =>
  text.split('\n').filter(line => line.startsWith(name) && !line.startsWith('#'))

describe('metrics', () => {
  it('sum the queues of controllers of one name, as members have one each', async () => {
    const metrics = newMetrics({ process: false })
    const first = metrics.controller('execution', () => ({ queued: 2, running: 1 }))
    metrics.controller('execution', () => ({ queued: 3, running: 0 }))
    expect(lines(await metrics.render(), 'flotilla_workqueue_depth')).toEqual([
      'flotilla_workqueue_depth{controller="execution"} 5',
    ])
    first.stopped()
    expect(lines(await metrics.render(), 'flotilla_workqueue_depth')).toEqual([
      'flotilla_workqueue_depth{controller="execution"} 3',
    ])
  })

  it('count reconciles by result', async () => {
    const metrics = newMetrics({ process: false })
    const one = metrics.controller('binding', () => ({ queued: 0, running: 0 }))
    one.reconciled('success', 0.002)
    one.reconciled('conflict', 0.002)
    expect(lines(await metrics.render(), 'flotilla_reconcile_total')).toEqual([
      'flotilla_reconcile_total{controller="binding",result="success"} 1',
      'flotilla_reconcile_total{controller="binding",result="conflict"} 1',
    ])
  })

  it('count requests by cluster, verb, resource and code', async () => {
    const metrics = newMetrics({ process: false })
    metrics.requestsOf('m1')({ verb: 'apply', resource: WORK, subresource: 'status', code: 200, durationMs: 3 })
    metrics.requestsOf('m1')({
      verb: 'probe',
      resource: undefined,
      subresource: undefined,
      code: 'refused',
      durationMs: 3,
    })
    expect(lines(await metrics.render(), 'flotilla_client_requests_total')).toEqual([
      'flotilla_client_requests_total{cluster="m1",verb="apply",resource="work.karmada.io/v1alpha1/works/status",code="200"} 1',
      'flotilla_client_requests_total{cluster="m1",verb="probe",resource="",code="refused"} 1',
    ])
  })

  it('tell how members and bindings are, and nothing of them where no operator works', async () => {
    const metrics = newMetrics({ process: false })
    const series = async () => {
      const text = await metrics.render()
      return [...lines(text, 'flotilla_cluster_ready'), ...lines(text, 'flotilla_bindings')].filter(
        line => !line.endsWith(' 0') || line.includes('cluster='),
      )
    }
    expect(await series()).toEqual([])
    const applied = { type: 'FullyApplied', status: 'True' }
    metrics.watchFleet(() => ({
      clusters: [
        { name: 'm1', ready: true, nodesKnown: true },
        { name: 'm2', ready: false, nodesKnown: false },
      ],
      bindings: [
        { conditions: [{ type: 'Scheduled', status: 'True' }, applied] },
        { conditions: [{ type: 'Scheduled', status: 'False', reason: 'NoClusterFit' }] },
      ],
    }))
    expect(await series()).toEqual([
      'flotilla_cluster_ready{cluster="m1"} 1',
      'flotilla_cluster_ready{cluster="m2"} 0',
      'flotilla_bindings{condition="Scheduled",status="True"} 1',
      'flotilla_bindings{condition="Scheduled",status="False"} 1',
      'flotilla_bindings{condition="FullyApplied",status="True"} 1',
      'flotilla_bindings{condition="FullyApplied",status="Unknown"} 1',
      'flotilla_bindings_unscheduled{reason="NoClusterFit"} 1',
    ])
  })

  it('forget a cluster that has gone, and only that', async () => {
    const metrics = newMetrics({ process: false })
    for (const cluster of ['m1', 'm2']) {
      metrics.requestsOf(cluster)({ verb: 'get', resource: WORK, subresource: undefined, code: 200, durationMs: 1 })
      metrics.cached(cluster, WORK, 7)
      metrics.watchEvent(cluster, WORK, 'ADDED')
    }
    await metrics.forgetCluster('m1')
    const text = await metrics.render()
    expect(text).not.toContain('cluster="m1"')
    expect(lines(text, 'flotilla_informer_objects')).toEqual([
      'flotilla_informer_objects{cluster="m2",resource="work.karmada.io/v1alpha1/works"} 7',
    ])
  })

  it('tell who leads, and of the process, without any state outside', async () => {
    const metrics = newMetrics()
    metrics.watchLeadership(() => true)
    const text = await metrics.render()
    expect(lines(text, 'flotilla_leader')).toEqual(['flotilla_leader 1'])
    expect(text).toContain('nodejs_eventloop_lag_seconds')
    expect(text).toContain('process_resident_memory_bytes')
    expect(await newMetrics({ process: false }).render()).not.toContain('flotilla_leader')
  })
})
