import { describe, expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { deploymentConditions, type ObservedRollout } from './deployment-conditions.ts'

const EARLIER = '2026-01-01T00:00:00Z'
const NOW = '2026-01-01T01:00:00Z'
const RESOURCE = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

interface Row {
  readonly spec?: object
  readonly conditions?: readonly object[]
  /** Replicas and health by cluster. */
  readonly members?: readonly (readonly [replicas: number, health: 'Healthy' | 'Unhealthy'])[]
  readonly available?: number
  readonly observedGeneration?: number
}

function rollout({
  spec = {},
  conditions = [],
  members = [],
  available = 0,
  observedGeneration = 2,
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
        aggregatedStatus: members.map(([, health], index) => ({
          clusterName: names[index] ?? '',
          applied: true,
          health,
        })),
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

describe('conditions of a parked Deployment', () => {
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
      name: 'no member was chosen',
      members: [],
      want: ['Available=False MinimumReplicasUnavailable', 'Progressing=Unknown NotScheduled'],
    },
  ])('$name', ({ want, name: _name, ...row }) => expect(said(row)).toEqual(want))

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
