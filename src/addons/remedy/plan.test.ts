import { describe, expect, it } from '@jest/globals'
import type { RemedySpec } from '../../api/generated/remedy.ts'
import { a, condition } from '../../testing/builders.ts'
import { plan } from './plan.ts'

const match = (operator: 'Equal' | 'NotEqual', conditionStatus: string, conditionType = 'DNS') => ({
  clusterConditionMatch: { conditionType, operator, conditionStatus },
})
const broken = (remedyActions?: readonly string[]) =>
  a.cluster({ status: { conditions: [condition('DNS', 'False')], ...(remedyActions && { remedyActions }) } })
const remediesOf = (...specs: readonly RemedySpec[]) => specs.map(spec => a.remedy({ spec }))

describe('the actions of a cluster (clusters.md §8)', () => {
  it.each([
    {
      name: 'are those of all remedies, each once, in order',
      remedies: remediesOf({ actions: ['b', 'a'] }, { actions: ['c', 'b'] }),
      want: ['a', 'b', 'c'],
    },
    {
      name: 'come when the condition has the status',
      remedies: remediesOf({ actions: ['a'], decisionMatches: [match('Equal', 'False')] }),
      want: ['a'],
    },
    {
      name: 'come when one of several conditions fits',
      remedies: remediesOf({ actions: ['a'], decisionMatches: [match('Equal', 'True'), match('NotEqual', 'True')] }),
      want: ['a'],
    },
    {
      name: 'do not come for a condition that is missing',
      remedies: remediesOf({ actions: ['a'], decisionMatches: [match('NotEqual', 'True', 'Other')] }),
      want: undefined,
    },
    {
      name: 'do not come by an empty match',
      remedies: remediesOf({ actions: ['a'], decisionMatches: [{}] }),
      want: undefined,
    },
    {
      name: 'do not come from a remedy for other clusters',
      remedies: remediesOf({ actions: ['a'], clusterAffinity: { clusterNames: ['other'] } }),
      want: undefined,
    },
    {
      name: 'do not come from a remedy for no cluster',
      remedies: remediesOf({ actions: ['a'], clusterAffinity: {} }),
      want: undefined,
    },
    { name: 'go with the last remedy', before: ['a'], remedies: [], want: null },
    { name: 'are not written again', before: ['a'], remedies: remediesOf({ actions: ['a'] }), want: undefined },
  ])('$name', ({ before, remedies, want }) => {
    const patch = plan(broken(before), remedies)
    expect(patch).toEqual(want === undefined ? undefined : { status: { remedyActions: want } })
  })
})
