import { describe, expect, it } from '@jest/globals'
import { isDoubtful, targetsOf } from './rollout.ts'

const resource = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }

describe('the clusters that a template is to be in', () => {
  it('are its own and those of what depends on it, each once, with what they told', () => {
    const requiredBy = [{ namespace: 'a', name: 'b', clusters: [{ name: 'm1' }, { name: 'm2' }] }]
    const item = { clusterName: 'm2', applied: true }
    const spec = { resource, clusters: [{ name: 'm1', replicas: 2 }], requiredBy }
    expect(targetsOf({ spec, status: { aggregatedStatus: [item] } })).toEqual([
      { name: 'm1', replicas: 2, item: undefined },
      { name: 'm2', item },
    ])
  })

  it('are none before it is placed', () => expect(targetsOf({ spec: { resource } })).toEqual([]))
})

describe('a cluster is doubted', () => {
  it.each([
    {
      name: 'that has told something and is not heard of',
      item: { applied: true, health: 'Unknown', status: {} },
      want: true,
    },
    { name: 'not when it has told nothing yet', item: { applied: true, health: 'Unknown' }, want: false },
    { name: 'not when it has not got it', item: { health: 'Unknown', status: {} }, want: false },
    { name: 'not when it is well', item: { applied: true, health: 'Healthy', status: {} }, want: false },
  ] as const)('$name', ({ item, want }) =>
    expect(isDoubtful({ name: 'm1', item: { clusterName: 'm1', ...item } })).toBe(want),
  )
})
