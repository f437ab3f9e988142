import { describe, expect, it } from '@jest/globals'
import { aMember } from '../../testing/scheduling-cluster.ts'
import { maxGroupsOf, topologyConstraints, topologyKeyOf } from './topology.ts'

describe('topologyKeyOf', () => {
  const cluster = aMember('m', { provider: 'metal', region: 'eu', zones: ['eu-2', 'eu-1'], labels: { rack: 'r7' } })
  it.each([
    { constraint: { spreadByField: 'provider' }, group: 'metal', property: 'provider property' },
    { constraint: { spreadByField: 'region' }, group: 'eu', property: 'region property' },
    { constraint: { spreadByField: 'zone' }, group: 'eu-2', property: 'zones property' },
    { constraint: { spreadByLabel: 'rack' }, group: 'r7', property: 'label rack' },
  ])('$constraint: a cluster is in one group', ({ constraint, group, property }) => {
    const key = topologyKeyOf(constraint)
    expect(key?.groupOf(cluster)).toBe(group)
    expect(key?.groupOf(aMember('bare'))).toBeUndefined()
    expect(key?.property).toBe(property)
  })
  it.each([{ spreadByField: 'cluster' }, { spreadByField: 'planet' }, {}])('%j is no topology key', constraint =>
    expect(topologyKeyOf(constraint)).toBeUndefined(),
  )
})

describe('topologyConstraints', () => {
  it('puts wide keys first and labels last, and knows the defaults', () => {
    const constraints = topologyConstraints([
      { spreadByLabel: 'rack', maxGroups: 2 },
      { spreadByField: 'zone', minGroups: 2 },
      { spreadByField: 'cluster', minGroups: 1 },
      { spreadByField: 'region', minGroups: 0, maxGroups: 0 },
      { spreadByField: 'provider' },
    ])
    expect(constraints.map(({ key, minGroups, maxGroups }) => [key.name, minGroups, maxGroups])).toEqual([
      ['provider', 1, Number.POSITIVE_INFINITY],
      ['region', 1, Number.POSITIVE_INFINITY],
      ['zone', 2, Number.POSITIVE_INFINITY],
      ['rack', 1, 2],
    ])
  })
  it('no limit is no limit', () =>
    expect([maxGroupsOf({}), maxGroupsOf({ maxGroups: 3 })]).toEqual([Number.POSITIVE_INFINITY, 3]))
})
