import { describe, expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { deploymentConditions } from './deployment-conditions.ts'
import type { ObservedRollout } from './rollout.ts'

const EARLIER = '2026-01-01T00:00:00Z'
const NOW = '2026-01-01T01:00:00Z'
const RESOURCE = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

type Health = 'Healthy' | 'Unhealthy' | 'Unknown'

interface Row {
  readonly spec?: object
  readonly conditions?: readonly object[]
  /** Replicas, health and, where it matters, status by cluster. */
  readonly members?: readonly (readonly [replicas: number, health: Health, status?: object])[]
  readonly available?: number
  readonly observedGeneration?: number
  readonly stale?: boolean
}

const STALE = {
  type: 'StatusStale',
  status: 'True',
  reason: 'ClustersNotReady',
  message: '',
  lastTransitionTime: EARLIER,
} as const
const exceeded = (resourceTemplateGeneration: number) => ({
  resourceTemplateGeneration,
  conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }],
})
const quota = { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] }

function rollout({
  spec = {},
  conditions = [],
  members = [],
  available = 0,
  observedGeneration = 2,
  stale = false,
}: Row): ObservedRollout {
  const names = members.map((_, index) => `m${index}`)
  return {
    template: frozenObject('apps/v1 Deployment', { metadata: { generation: 2 }, spec, status: { conditions } }),
    binding: {
      spec: {
        resource: RESOURCE,
        clusters: members.map(([replicas], index) => ({ name: names[index] ?? '', replicas })),
      },
      status: {
        aggregatedStatus: members.map(([, health, status], index) => ({
          clusterName: names[index] ?? '',
          applied: true,
          health,
          ...(status && { status: { ...status } }),
        })),
        conditions: stale ? [STALE] : [],
      },
    },
    status: { availableReplicas: available, observedGeneration },
    now: NOW,
  }
}

const said = (row: Row): readonly string[] =>
  deploymentConditions(rollout(row)).map(({ type, status, reason }) => `${type}=${status} ${reason}`)

const ROLLED_OUT = ['Available=True MinimumReplicasAvailable', 'Progressing=True NewReplicaSetAvailable']
const ROLLING = ['Available=True MinimumReplicasAvailable', 'Progressing=True ReplicaSetUpdated']
const DOWN = ['Available=False MinimumReplicasUnavailable', 'Progressing=True ReplicaSetUpdated']

describe('conditions of a Deployment', () => {
  it.each<Row & { name: string; want: readonly string[] }>([
    {
      name: 'every member has rolled it out',
      members: [
        [2, 'Healthy'],
        [2, 'Healthy'],
      ],
      available: 4,
      want: ROLLED_OUT,
    },
    {
      name: 'members have not seen the latest template',
      members: [[2, 'Healthy']],
      available: 2,
      observedGeneration: 1,
      want: ROLLING,
    },
    {
      name: 'a quarter of each member may be missing, rounded down',
      members: [
        [4, 'Unhealthy'],
        [4, 'Unhealthy'],
      ],
      available: 6,
      want: ROLLING,
    },
    {
      name: 'one more is missing',
      members: [
        [4, 'Unhealthy'],
        [4, 'Unhealthy'],
      ],
      available: 5,
      want: DOWN,
    },
    {
      name: 'the strategy takes all away at once',
      spec: { strategy: { type: 'Recreate' } },
      members: [[4, 'Unhealthy']],
      available: 3,
      want: DOWN,
    },
    {
      name: 'the strategy says how many',
      spec: { strategy: { rollingUpdate: { maxUnavailable: 2 } } },
      members: [[4, 'Unhealthy']],
      available: 2,
      want: ROLLING,
    },
    {
      name: 'neither more nor fewer would allow no rollout: one may be missing',
      spec: { strategy: { rollingUpdate: { maxUnavailable: 0, maxSurge: 0 } } },
      members: [[2, 'Unhealthy']],
      available: 1,
      want: ROLLING,
    },
    { name: 'members scale by themselves', members: [[9, 'Healthy']], available: 1, want: ROLLED_OUT },
    { name: 'it is scaled to nothing', members: [[0, 'Healthy']], available: 0, want: ROLLED_OUT },
    {
      name: 'one comes no further',
      members: [
        [2, 'Healthy'],
        [2, 'Unhealthy', exceeded(2)],
      ],
      available: 2,
      want: ['Available=False MinimumReplicasUnavailable', 'Progressing=False ProgressDeadlineExceeded'],
    },
    {
      name: 'one came no further with an earlier template',
      members: [
        [2, 'Healthy'],
        [2, 'Unhealthy', exceeded(1)],
      ],
      available: 4,
      observedGeneration: 1,
      want: ROLLING,
    },
    {
      name: 'Pods cannot be made in one',
      members: [[2, 'Unhealthy', quota]],
      available: 2,
      want: [...ROLLING, 'ReplicaFailure=True FailedCreate'],
    },
    {
      name: 'one member is not ready any more',
      members: [
        [2, 'Healthy'],
        [2, 'Unknown', { availableReplicas: 2 }],
      ],
      available: 4,
      stale: true,
      want: ['Available=Unknown ClustersNotReady', 'Progressing=Unknown ClustersNotReady'],
    },
    {
      name: 'the others are enough without the one that is not ready',
      spec: { strategy: { rollingUpdate: { maxUnavailable: 1 } } },
      members: [
        [2, 'Healthy'],
        [1, 'Unknown', { availableReplicas: 1 }],
      ],
      available: 3,
      stale: true,
      want: ['Available=True MinimumReplicasAvailable', 'Progressing=Unknown ClustersNotReady'],
    },
    {
      name: 'the health of one cannot be told',
      members: [[2, 'Unknown', { availableReplicas: 2 }]],
      available: 2,
      want: ['Available=Unknown HealthUnknown', 'Progressing=Unknown HealthUnknown'],
    },
    {
      name: 'one member is not ready, and another still rolls out',
      members: [
        [2, 'Unhealthy'],
        [2, 'Unknown', { availableReplicas: 2 }],
      ],
      available: 3,
      stale: true,
      want: DOWN,
    },
    {
      name: 'no member was chosen',
      members: [],
      want: ['Available=False MinimumReplicasUnavailable', 'Progressing=Unknown NotScheduled'],
    },
  ])('$name', ({ want, name: _name, ...row }) => expect(said(row)).toEqual(want))

  it('name the members that keep others waiting', () => {
    const members = [...Array(12)].map(() => [1, 'Unhealthy'] as const)
    const [, progressing] = deploymentConditions(rollout({ members }))
    const names = 'm0, m1, m10, m11, m2, m3, m4, m5, m6, m7 and 2 more'
    expect(progressing).toMatchObject({ message: `Not every member has rolled it out yet: ${names}.` })
  })

  it('keep their times while nothing changes, and that of the transition while only the words do', () => {
    const row: Row = { members: [[2, 'Unhealthy']], available: 0 }
    const first = deploymentConditions({ ...rollout(row), now: EARLIER })
    expect(deploymentConditions(rollout({ ...row, conditions: first }))).toEqual(first)
    const [available] = deploymentConditions(rollout({ ...row, available: 1, conditions: first }))
    expect(available).toMatchObject({ status: 'False', lastUpdateTime: NOW, lastTransitionTime: EARLIER })
    const [after] = deploymentConditions(rollout({ ...row, available: 2, conditions: first }))
    expect(after).toMatchObject({ status: 'True', lastTransitionTime: NOW })
  })
})
