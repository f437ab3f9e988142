import { describe, expect, it } from '@jest/globals'
import { summariseApis } from './api-enablements.ts'

const apps = {
  groupVersion: 'apps/v1',
  resources: [
    { name: 'replicasets', kind: 'ReplicaSet', namespaced: true },
    { name: 'deployments/scale', kind: 'Scale' },
    { name: 'deployments', kind: 'Deployment' },
  ],
}
const core = { groupVersion: 'v1', resources: [{ name: 'pods', kind: 'Pod' }] }

// spec/behaviour/clusters.md §2 rule 5
describe('summariseApis', () => {
  it('sorts versions and resources, keeps name and kind, drops subresources', () => {
    expect(summariseApis([core, apps], true).apiEnablements).toEqual([
      {
        groupVersion: 'apps/v1',
        resources: [
          { name: 'deployments', kind: 'Deployment' },
          { name: 'replicasets', kind: 'ReplicaSet' },
        ],
      },
      core,
    ])
  })

  it.each([
    { name: 'everything answered', served: [core], complete: true, want: 'True/Complete' },
    { name: 'a part failed', served: [core], complete: false, want: 'False/Partial' },
    { name: 'nothing answered', served: [], complete: false, want: 'False/Empty' },
    {
      name: 'a malformed entry counts as a failed part',
      served: [core, { groupVersion: 'x'.repeat(300), resources: [] }],
      complete: true,
      want: 'False/Partial',
    },
  ])('$name is $want', ({ served, complete, want }) => {
    const { condition } = summariseApis(served, complete)
    expect(`${condition.status}/${condition.reason}`).toBe(want)
  })

  it('bounds what a member can put into the status', () => {
    const many = Array.from({ length: 10 }, (_, group) => ({
      groupVersion: `g${group}/v1`,
      resources: Array.from({ length: 999 }, (_, i) => ({ name: `r${i}`, kind: 'K' })),
    }))
    const { apiEnablements, condition } = summariseApis(many, true)
    expect(apiEnablements).toHaveLength(5)
    expect(condition.reason).toBe('Partial')
  })
})
