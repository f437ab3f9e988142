import { describe, expect, it } from '@jest/globals'
import type { SchedulableSpec } from '../placement.ts'
import { newRoomEstimate } from './available.ts'
import { UNLIMITED_REPLICAS } from './general.ts'

const resource = { apiVersion: 'apps/v1', kind: 'Deployment' }
const member = (pods: string) => ({ metadata: { name: 'm' }, status: { resourceSummary: { allocatable: { pods } } } })
const spec = (fields: Partial<SchedulableSpec>): SchedulableSpec => ({ resource, replicas: 4, ...fields })

describe('newRoomEstimate (scheduling.md §6)', () => {
  it.each([
    { name: 'the general estimator alone', spec: spec({}), estimates: [], pods: '10', want: [10, 10] },
    { name: 'the least of several', spec: spec({}), estimates: [7, 9], pods: '10', want: [7, 7] },
    { name: '-1 is no answer', spec: spec({}), estimates: [-1], pods: '10', want: [10, 10] },
    { name: 'no room is an answer', spec: spec({}), estimates: [0], pods: '10', want: [0, 0] },
    { name: 'no limit means the wanted replicas', spec: spec({}), estimates: [], pods: '9E', want: [4, 4] },
    {
      name: 'replicas that run there are available',
      spec: spec({ clusters: [{ name: 'm', replicas: 3 }] }),
      estimates: [],
      pods: '10',
      want: [10, 13],
    },
    {
      name: 'zero replicas fit everywhere',
      spec: spec({ replicas: 0 }),
      estimates: [1],
      pods: '0',
      want: [UNLIMITED_REPLICAS, UNLIMITED_REPLICAS],
    },
  ])('$name', ({ spec: given, estimates, pods, want: [allocatable, available] }) => {
    const answers = estimates.map(answer => new Map([['m', answer]]))
    expect(newRoomEstimate(given, answers)(member(pods))).toEqual({ allocatable, available })
  })

  it('an estimator that does not know the cluster does not limit it', () => {
    expect(newRoomEstimate(spec({}), [new Map()])(member('10')).allocatable).toBe(10)
  })
})
