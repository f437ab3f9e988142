import { describe, expect, it } from '@jest/globals'
import { ANNOTATION } from '../../api/names.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { type Move, movesOf, withMoves } from '../moves.ts'
import { planFailback, returnedBinding, returnedTo } from './plan.ts'

const BEFORE = '2026-01-01T00:00:00Z'
const NOW = '2026-01-01T00:10:00Z'
const moved: Move = { from: 'm1', to: ['m2'], replicas: 2, at: BEFORE, reason: 'TaintUntolerated' }
const ready = a.cluster({ name: 'm1' })
const away = a.cluster({ name: 'm1', status: { conditions: [] } })

interface Case {
  readonly name: string
  readonly requested?: boolean
  readonly moves?: readonly Move[]
  readonly spec?: Partial<Binding['spec']>
  readonly cluster?: Cluster
  readonly lastScheduledTime?: string
  readonly want: string
}

const bindingOf = ({
  requested = true,
  moves = [moved],
  spec = {},
  lastScheduledTime = BEFORE,
}: Partial<Case>): Binding =>
  withMoves(
    a.binding({
      annotations: requested ? { [ANNOTATION.failback]: 'requested' } : {},
      spec: { replicas: 2, clusters: [{ name: 'm2', replicas: 2 }], ...spec },
      status: { lastScheduledTime },
    }),
    moves,
  )

describe('planFailback', () => {
  it.each<Case>([
    { name: 'what moved stays where it is, unless somebody asks', requested: false, want: 'none' },
    { name: 'asked for it is placed afresh', want: 'place' },
    { name: 'not before the cluster is back', cluster: away, want: 'wait' },
    {
      name: 'nor before the old copy has gone from there',
      spec: { gracefulEvictionTasks: [{ fromCluster: 'm1', producer: 'x', reason: 'R' }] },
      want: 'wait',
    },
    { name: 'nor in the second of the last placement', lastScheduledTime: NOW, want: 'wait' },
    { name: 'what never moved has nowhere to return to', moves: [], want: 'note' },
    { name: 'nor has what is back', moves: [{ ...moved, returned: { at: BEFORE, by: 'Placement' } }], want: 'note' },
    {
      name: 'a return that came by itself is noted',
      requested: false,
      spec: { clusters: [{ name: 'm1' }] },
      want: 'note',
    },
  ])('$name', ({ want, ...each }) => {
    const binding = bindingOf(each)
    const plan = planFailback({
      binding,
      getCluster: name => (name === 'm1' ? (each.cluster ?? ready) : undefined),
      now: NOW,
    })
    expect(plan.type).toBe(want)
    const written = 'binding' in plan ? plan.binding.metadata.annotations : undefined
    expect(written?.[ANNOTATION.failback]).toBeUndefined()
  })

  it.each([
    { name: 'a WorkloadRebalancer', spec: { rescheduleTriggeredAt: NOW }, by: 'Rescheduled' },
    { name: 'another placement', spec: {}, by: 'Placement' },
  ])('tells that $name brought it back', ({ spec, by }) => {
    const binding = bindingOf({ requested: false, spec: { clusters: [{ name: 'm1' }], ...spec } })
    const plan = planFailback({ binding, getCluster: () => ready, now: NOW })
    expect('binding' in plan && movesOf(plan.binding)).toEqual([{ ...moved, returned: { at: NOW, by } }])
  })
})

describe('returnedBinding', () => {
  const before = bindingOf({
    spec: {
      clusters: [
        { name: 'm2', replicas: 2 },
        { name: 'm3', replicas: 1 },
      ],
    },
  })
  const binding = {
    ...before,
    spec: {
      ...before.spec,
      clusters: [
        { name: 'm1', replicas: 2 },
        { name: 'm3', replicas: 1 },
      ],
    },
  }
  const after = returnedBinding(before, { binding, placed: undefined }, NOW).binding

  it('keeps the copies that are left until the others are ready', () => {
    expect(after.spec.gracefulEvictionTasks).toEqual([
      {
        ...{ fromCluster: 'm2', replicas: 2, producer: 'flotilla.dev/failback', reason: 'FailbackRequested' },
        ...{ purgeMode: 'Gracefully', creationTimestamp: NOW },
      },
    ])
  })

  it('closes the move', () => {
    expect(movesOf(after)).toEqual([{ ...moved, returned: { at: NOW, by: 'Requested' } }])
    expect(returnedTo(before, after)).toEqual(['m1'])
  })
})
