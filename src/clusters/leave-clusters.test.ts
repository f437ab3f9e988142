import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
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
