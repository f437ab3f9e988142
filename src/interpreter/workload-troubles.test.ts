import { expect, it } from '@jest/globals'
import { frozenObject } from '../testing/frozen-object.ts'
import { troublesOf } from './workload-troubles.ts'

const lastTransitionTime = '2026-01-01T00:00:00Z'
const exceeded = {
  ...{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' },
  lastTransitionTime,
}
const failure = { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'quota', lastTransitionTime }

it.each([
  { name: 'a deadline that has passed', conditions: [exceeded], want: [exceeded] },
  { name: 'Pods that cannot be made', conditions: [failure], want: [failure] },
  {
    name: 'neither when it was last updated nor what else there is',
    conditions: [{ ...exceeded, lastUpdateTime: '2026-01-01T00:00:09Z', observedGeneration: 3 }],
    want: [exceeded],
  },
  {
    name: 'nothing of a rollout that goes on',
    conditions: [
      { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
      { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
      { type: 'ReplicaFailure', status: 'False' },
    ],
    want: [],
  },
  { name: 'nothing without conditions', conditions: undefined, want: [] },
])('of a member’s workload the host hears $name', ({ conditions, want }) =>
  expect(troublesOf(frozenObject('apps/v1 Deployment', { status: { conditions } }))).toEqual(want),
)
