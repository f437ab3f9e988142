import { describe, expect, it } from '@jest/globals'
import { a, condition } from '../../testing/builders.ts'
import { projectAgentLease } from './agent-lease.ts'
import { judge, observe, type Sight } from './plan.ts'

const times = { monitorGraceMs: 40_000, startupGraceMs: 60_000 }
const pull = (status?: 'True' | 'False' | 'Unknown') =>
  a.cluster({
    spec: { syncMode: 'Pull' },
    status: { conditions: status === undefined ? [] : [condition('Ready', status)] },
  })

interface Moment {
  readonly atMs: number
  readonly ready?: 'True' | 'False' | 'Unknown'
  readonly renewTime?: string
  readonly leaseAgeMs?: number
}

/** What the last of these moments leads to. */
function follow(moments: readonly Moment[]): string | undefined {
  let sight: Sight | undefined
  let judged: ReturnType<typeof judge>
  for (const { atMs, ready, renewTime, leaseAgeMs } of moments) {
    const heard = { cluster: pull(ready), renewTime, leaseAgeMs, nowMs: atMs }
    sight = observe(sight, heard)
    judged = judge(sight, heard, times)
  }
  return judged?.reason
}

describe('an agent (clusters.md §2.1)', () => {
  it.each<{ name: string; moments: readonly Moment[]; want: string | undefined }>([
    {
      name: 'that renews is alive, however wrong its clock is',
      moments: [
        { atMs: 0, ready: 'True', renewTime: '1999-01-01T00:00:00Z' },
        { atMs: 39_000, ready: 'True', renewTime: '1999-01-01T00:00:10Z' },
        { atMs: 78_000, ready: 'True', renewTime: '1999-01-01T00:00:20Z' },
      ],
      want: undefined,
    },
    {
      name: 'that renews with a clock that goes backwards is alive',
      moments: [
        { atMs: 0, ready: 'True', renewTime: '2030-01-01T00:00:00Z' },
        { atMs: 39_000, ready: 'True', renewTime: '2026-01-01T00:00:00Z' },
        { atMs: 78_000, ready: 'True', renewTime: '2025-01-01T00:00:00Z' },
      ],
      want: undefined,
    },
    {
      name: 'that does not renew any more is unknown after the grace period',
      moments: [
        { atMs: 0, ready: 'True', renewTime: 'a' },
        { atMs: 40_001, ready: 'True', renewTime: 'a' },
      ],
      want: 'ClusterStatusUnknown',
    },
    {
      name: 'is not unknown a moment before',
      moments: [
        { atMs: 0, ready: 'True', renewTime: 'a' },
        { atMs: 40_000, ready: 'True', renewTime: 'a' },
      ],
      want: undefined,
    },
    {
      name: 'without a Lease that changes the condition is alive',
      moments: [
        { atMs: 0, ready: 'True' },
        { atMs: 39_000, ready: 'False' },
        { atMs: 78_000, ready: 'False' },
      ],
      want: undefined,
    },
    {
      name: 'that is not ready and falls silent is unknown too',
      moments: [
        { atMs: 0, ready: 'False', renewTime: 'a' },
        { atMs: 41_000, ready: 'False', renewTime: 'a' },
      ],
      want: 'ClusterStatusUnknown',
    },
    {
      name: 'that is unknown already is not written again',
      moments: [
        { atMs: 0, ready: 'Unknown', renewTime: 'a' },
        { atMs: 41_000, ready: 'Unknown', renewTime: 'a' },
      ],
      want: undefined,
    },
    { name: 'that never said anything has longer', moments: [{ atMs: 0 }, { atMs: 60_000 }], want: undefined },
    {
      name: 'that never said anything is unknown in the end',
      moments: [{ atMs: 0 }, { atMs: 60_001 }],
      want: 'ClusterStatusNeverUpdated',
    },
    {
      name: 'that fell silent while nobody looked is unknown at first sight',
      moments: [{ atMs: 0, ready: 'True', renewTime: 'a', leaseAgeMs: 3_600_000 }],
      want: 'ClusterStatusUnknown',
    },
    {
      name: 'that renewed just before the first sight is alive',
      moments: [{ atMs: 0, ready: 'True', renewTime: '1999-01-01T00:00:00Z', leaseAgeMs: 9_000 }],
      want: undefined,
    },
    {
      name: 'whose Lease lies in the future is alive at first sight, and no longer than others',
      moments: [
        { atMs: 0, ready: 'True', renewTime: 'a', leaseAgeMs: -3_600_000 },
        { atMs: 40_001, ready: 'True', renewTime: 'a', leaseAgeMs: -3_560_000 },
      ],
      want: 'ClusterStatusUnknown',
    },
  ])('$name', ({ moments, want }) => expect(follow(moments)).toBe(want))
})

describe('the Lease of an agent', () => {
  it('is kept with the time at which the host stored it last', () => {
    const stored = (...dates: readonly (string | undefined)[]) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'member1', managedFields: dates.map(time => ({ ...(time && { time }) })) },
    })
    const lease = projectAgentLease(stored('2026-01-01T00:00:00Z', '2026-01-01T00:00:30Z', undefined))
    expect(lease.flotillaStoredAtMs).toBe(Date.parse('2026-01-01T00:00:30Z'))
    expect(lease.metadata).toEqual({ name: 'member1' })
    expect(projectAgentLease(stored()).flotillaStoredAtMs).toBeUndefined()
  })
})
