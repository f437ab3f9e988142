import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../object/karmada-objects.ts'
import { newPlacer, workloadGroupIndex } from '../rendering/placer.ts'
import { a } from '../testing/builders.ts'
import { newFakeClock } from '../testing/fake-clock.ts'
import { newMapLister } from '../testing/map-lister.ts'
import { bindingPatch, type Departure, leaveClusters } from './leave-clusters.ts'
import { movesOf } from './moves.ts'

const now = '2026-01-01T00:00:00Z'
const task = { producer: 'TaintManager', reason: 'TaintUntolerated', purgeMode: 'Gracefully' } as const
const leaving = (...names: readonly string[]): readonly Departure[] => names.map(cluster => ({ cluster, task }))
const bound = (spec: Partial<Binding['spec']>): Binding => a.binding({ spec })
const nobody = { now, place: () => undefined }

describe('leaveClusters', () => {
  it('takes the clusters out and leaves a task for each', () => {
    const binding = bound({
      replicas: 3,
      clusters: [{ name: 'm1', replicas: 2 }, { name: 'm2', replicas: 1 }, { name: 'm3' }],
    })
    const { spec } = leaveClusters(binding, leaving('m1', 'm3'), nobody).binding
    expect(spec.clusters).toEqual([{ name: 'm2', replicas: 1 }])
    expect(spec.gracefulEvictionTasks).toEqual([
      { ...task, fromCluster: 'm1', replicas: 2, creationTimestamp: now },
      { ...task, fromCluster: 'm3', creationTimestamp: now },
    ])
  })

  it('adds no second task for a cluster', () => {
    const earlier = { ...task, fromCluster: 'm1', reason: 'ApplicationFailure' }
    const binding = bound({ clusters: [{ name: 'm1' }], gracefulEvictionTasks: [earlier] })
    expect(leaveClusters(binding, leaving('m1'), nobody).binding.spec.gracefulEvictionTasks).toEqual([earlier])
  })

  it('places what is left, in the same state, and records where it went', () => {
    const binding = bound({
      replicas: 3,
      clusters: [
        { name: 'm1', replicas: 2 },
        { name: 'm2', replicas: 1 },
      ],
    })
    const place = (left: Binding) => {
      expect(left.spec.gracefulEvictionTasks).toHaveLength(1)
      const clusters = [
        { name: 'm2', replicas: 2 },
        { name: 'm3', replicas: 1 },
      ]
      const outcome = { type: 'success' } as const
      const result = { outcome, targets: clusters, failedTerms: [], explanation: { filters: [], clusters: [] } }
      return { binding: { ...left, spec: { ...left.spec, clusters } }, result }
    }
    const moved = leaveClusters(binding, leaving('m1'), { now, place })
    expect(moved.binding.spec.clusters).toEqual([
      { name: 'm2', replicas: 2 },
      { name: 'm3', replicas: 1 },
    ])
    expect(movesOf(moved.binding)).toEqual([
      { from: 'm1', to: ['m2', 'm3'], replicas: 2, at: now, reason: 'TaintUntolerated' },
    ])
  })
})

describe('leaving a cluster with the scheduler at hand', () => {
  const apiEnablements = [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }]
  const placer = newPlacer({
    clusters: newMapLister(['m1', 'm2', 'm3'].map(name => a.cluster({ name, status: { apiEnablements } }))),
    bindings: newMapLister<Binding>([], { groups: workloadGroupIndex }),
    ...{ byWorkloadGroup: 'groups', clock: newFakeClock(), schedulerName: 'default-scheduler', options: {} },
  })
  const placement = {
    replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' },
  } as const
  const placed = (spec: Partial<Binding['spec']>): Binding => {
    const binding = a.binding({
      labels: { 'propagationpolicy.karmada.io/permanent-id': 'p' },
      spec: { replicas: 3, placement, ...spec },
    })
    return placer.place(binding)?.binding ?? binding
  }

  it('is one patch, with what takes its place', () => {
    const before = placed({})
    expect(before.spec.clusters?.map(({ name }) => name)).toEqual(['m1', 'm2', 'm3'])
    const moved = leaveClusters(before, leaving('m1'), { now, place: left => placer.place(left) })
    expect(bindingPatch(before, moved.binding)).toMatchObject({
      spec: {
        clusters: [{ name: 'm2' }, { name: 'm3' }],
        gracefulEvictionTasks: [{ fromCluster: 'm1', replicas: 1 }],
      },
    })
    expect(moved.binding.spec.clusters?.reduce((sum, { replicas = 0 }) => sum + replicas, 0)).toBe(3)
    expect(movesOf(moved.binding)).toMatchObject([{ from: 'm1', to: [expect.stringMatching(/^m[23]$/)], replicas: 1 }])
  })

  it('leaves nothing to schedule afterwards', () => {
    const moved = leaveClusters(placed({}), leaving('m1'), { now, place: left => placer.place(left) })
    expect(placer.place(moved.binding)).toBeUndefined()
  })
})

describe('bindingPatch', () => {
  const before = bound({ clusters: [{ name: 'm1' }] })

  it('has what changed, for the version that was seen', () => {
    const { binding } = leaveClusters(before, leaving('m1'), nobody)
    expect(bindingPatch(before, binding)).toEqual({
      metadata: { resourceVersion: '1', annotations: { 'flotilla.dev/moves': expect.any(String) } },
      spec: { clusters: [], gracefulEvictionTasks: binding.spec.gracefulEvictionTasks },
    })
  })

  it('is nothing when nothing changed', () => expect(bindingPatch(before, { ...before })).toBeUndefined())
})
