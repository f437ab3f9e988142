import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { placeBinding } from './place-binding.ts'
import { scheduleRecordOf } from './schedule-record.ts'

const now = '2026-01-01T00:00:00Z'
const later = '2026-01-01T01:00:00Z'
const clusters = ['m1', 'm2'].map(name =>
  a.cluster({
    name,
    status: { apiEnablements: [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }] },
  }),
)
const place = (binding: Binding, at = now): Binding => placeBinding(binding, { clusters, now: at }).binding

// spec/behaviour/scheduling.md §10
describe('placeBinding', () => {
  const placed = place(a.binding({ spec: { replicas: 2, replicaRequirements: {} } }))

  it('puts targets, placement, outcome and reasons into the binding', () => {
    expect(placed.spec.clusters).toEqual([
      { name: 'm1', replicas: 2 },
      { name: 'm2', replicas: 2 },
    ])
    expect(placed.metadata.annotations?.['policy.karmada.io/applied-placement']).toBe('{}')
    expect(scheduleRecordOf(placed)).toMatchObject({ status: 'True', reason: 'Success', at: now })
  })

  it('changes nothing when it comes to the same, although targets score higher than before', () => {
    expect(place(placed, later)).toBe(placed)
  })

  it('keeps the time of the first decision when only reasons change', () => {
    const annotations = { ...placed.metadata.annotations, 'flotilla.dev/decision': '{}' }
    const again = place({ ...placed, metadata: { ...placed.metadata, annotations } }, later)
    expect(again.metadata.annotations).toMatchObject({
      'flotilla.dev/decision': expect.stringContaining('m1'),
    })
    expect(scheduleRecordOf(again)?.at).toBe(now)
  })

  it('takes a new time when the outcome is another', () => {
    const without = placeBinding(placed, { clusters: [], now: later }).binding
    expect(scheduleRecordOf(without)).toMatchObject({ status: 'False', reason: 'NoClusterFit', at: later })
  })

  it('changes nothing when there is still too little room, only less or more of it', () => {
    const placement = {
      replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' },
    } as const
    const withRoom = (pods: number) =>
      clusters.map(({ metadata, status }) =>
        a.cluster({
          name: metadata.name,
          status: { ...status, resourceSummary: { allocatable: { pods: String(pods) } } },
        }),
      )
    const binding = a.binding({ spec: { replicas: 9, replicaRequirements: {}, placement } })
    const waiting = placeBinding(binding, { clusters: withRoom(1), now }).binding
    expect(scheduleRecordOf(waiting)?.message).toBe('Clusters available replicas 2 are not enough to schedule.')
    expect(placeBinding(waiting, { clusters: withRoom(2), now: later }).binding).toBe(waiting)
    expect(placeBinding(waiting, { clusters: withRoom(5), now: later }).binding.spec.clusters).toHaveLength(2)
  })

  it('takes a new time when somebody asked for scheduling afresh, and not for each time that it fails', () => {
    const asked = (binding: Binding): Binding => ({
      ...binding,
      spec: { ...binding.spec, rescheduleTriggeredAt: '2026-01-01T00:30:00Z' },
      status: { lastScheduledTime: now },
    })
    expect(scheduleRecordOf(place(asked(placed), later))?.at).toBe(later)
    const failed = placeBinding(asked(placed), { clusters: [], now }).binding
    expect(placeBinding(failed, { clusters: [], now: later }).binding).toBe(failed)
  })
})
