import { describe, expect, it } from '@jest/globals'
import type { Taint } from '../../api/generated/cluster.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Condition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { planOutage } from './plan.ts'

const BEFORE = '2026-01-01T00:00:00Z'
const NOW = '2026-01-01T00:05:00Z'
const taint = (key: string, timeAdded = BEFORE, effect: Taint['effect'] = 'NoExecute'): Taint => ({
  key,
  effect,
  timeAdded,
})
const notReady = 'cluster.karmada.io/not-ready'
const unreachable = 'cluster.karmada.io/unreachable'
const condition = (type: string, status: Condition['status']): Condition => ({
  ...{ type, status, reason: 'R', message: 'M', lastTransitionTime: BEFORE },
})

interface Case {
  readonly name: string
  readonly ready?: Condition['status'] | 'absent'
  readonly mode?: 'off' | 'taint' | 'auto'
  readonly taints?: readonly Taint[]
  readonly ours?: string
  readonly deleted?: boolean
  /** The taints that are written. */
  readonly want?: readonly Taint[]
  /** The mark that goes with them. */
  readonly mark?: string | null
}

const clusterOf = ({ ready = 'False', taints = [], ours, deleted = false }: Case): Cluster =>
  a.cluster({
    annotations: ours === undefined ? {} : { [ANNOTATION.failoverTaint]: ours },
    metadata: deleted ? { deletionTimestamp: BEFORE } : {},
    spec: { taints },
    status: { conditions: ready === 'absent' ? [] : [condition('Ready', ready)] },
  })

describe('the taint of an outage', () => {
  it.each<Case>([
    { name: 'comes when a cluster is not ready', want: [taint(notReady, NOW)], mark: NOW },
    { name: 'or cannot be reached', ready: 'Unknown', want: [taint(unreachable, NOW)], mark: NOW },
    { name: 'not when it is ready', ready: 'True' },
    { name: 'not before it was looked at', ready: 'absent' },
    { name: 'not when it leaves', deleted: true },
    { name: 'not in mode taint', mode: 'taint' },
    { name: 'not when failover is off', mode: 'off' },
    { name: 'stays as it is', taints: [taint(notReady)], ours: BEFORE },
    {
      name: 'changes its key with what is the matter, and keeps its time',
      ready: 'Unknown',
      taints: [taint(notReady)],
      ours: BEFORE,
      want: [taint(unreachable)],
      mark: BEFORE,
    },
    {
      name: 'goes when the cluster is back',
      ready: 'True',
      taints: [taint(notReady)],
      ours: BEFORE,
      want: [],
      mark: null,
    },
    {
      name: 'goes when the mode changes',
      mode: 'taint',
      taints: [taint(notReady)],
      ours: BEFORE,
      want: [],
      mark: null,
    },
    { name: 'is put back when somebody took it away', ours: BEFORE, want: [taint(notReady)], mark: BEFORE },
    {
      name: 'leaves the others where they are',
      taints: [taint('gpu'), taint(notReady, BEFORE, 'NoSchedule')],
      want: [taint('gpu'), taint(notReady, BEFORE, 'NoSchedule'), taint(notReady, NOW)],
      mark: NOW,
    },
    { name: 'is not doubled where a user set it', taints: [taint(notReady)] },
    {
      name: "does not take a user's with it",
      ready: 'True',
      taints: [taint(notReady, NOW)],
      ours: BEFORE,
      want: [taint(notReady, NOW)],
      mark: null,
    },
  ])('$name', each => {
    const { patch } = planOutage({ cluster: clusterOf(each), mode: each.mode ?? 'auto', halt: undefined, now: NOW })
    expect(patch).toEqual(
      each.want && {
        metadata: { resourceVersion: '1', annotations: { [ANNOTATION.failoverTaint]: each.mark } },
        spec: { taints: each.want },
      },
    )
  })
})

describe('the condition of a halt', () => {
  const halt = { reason: 'TooManyClusters', message: '2 of 3' } as const
  const statusOf = (conditions: readonly Condition[], halted: boolean) =>
    planOutage({
      cluster: a.cluster({ status: { conditions } }),
      ...{ mode: 'taint', halt: halted ? halt : undefined, now: NOW },
    }).statusPatch

  it('comes beside the others', () => {
    const ready = condition('Ready', 'True')
    expect(statusOf([ready], true)).toEqual({
      metadata: { resourceVersion: '1' },
      status: { conditions: [ready, { type: 'EvictionHalted', status: 'True', ...halt, lastTransitionTime: NOW }] },
    })
  })

  it('is not there before anything was halted', () => expect(statusOf([], false)).toBeUndefined())

  it('turns False when it is over', () => {
    expect(statusOf([condition('EvictionHalted', 'True')], false)).toMatchObject({
      status: { conditions: [{ type: 'EvictionHalted', status: 'False', reason: 'NotHalted' }] },
    })
  })
})
