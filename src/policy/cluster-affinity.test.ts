import { describe, expect, it } from '@jest/globals'
import { type ClusterAffinity, matchesCluster } from './cluster-affinity.ts'

const member1 = {
  metadata: { name: 'member1', labels: { env: 'prod' } },
  spec: { provider: 'aws', region: 'eu-1', zones: ['a', 'b'] },
}
const bare = { metadata: { name: 'bare' }, spec: {} }
const field = (key: string, operator: string, ...values: string[]): ClusterAffinity => ({
  fieldSelector: { matchExpressions: [{ key, operator, ...(values.length > 0 ? { values } : {}) }] },
})

describe('matchesCluster (overrides.md §1)', () => {
  it.each<{ name: string; affinity: ClusterAffinity | undefined; member1: boolean; bare: boolean }>([
    { name: 'no affinity takes all', affinity: undefined, member1: true, bare: true },
    { name: 'an empty affinity takes all', affinity: {}, member1: true, bare: true },
    { name: 'names', affinity: { clusterNames: ['member1'] }, member1: true, bare: false },
    { name: 'an empty name list takes all', affinity: { clusterNames: [] }, member1: true, bare: true },
    { name: 'exclude', affinity: { exclude: ['member1'] }, member1: false, bare: true },
    {
      name: 'exclude wins over names',
      affinity: { clusterNames: ['member1', 'bare'], exclude: ['member1'] },
      member1: false,
      bare: true,
    },
    { name: 'labels', affinity: { labelSelector: { matchLabels: { env: 'prod' } } }, member1: true, bare: false },
    {
      name: 'an invalid label selector takes none',
      affinity: { labelSelector: { matchExpressions: [{ key: 'env', operator: 'Like', values: ['x'] }] } },
      member1: false,
      bare: false,
    },
    {
      name: 'all parts must hold',
      affinity: { clusterNames: ['member1'], labelSelector: { matchLabels: { env: 'test' } } },
      member1: false,
      bare: false,
    },
    { name: 'provider In', affinity: field('provider', 'In', 'aws', 'gcp'), member1: true, bare: false },
    {
      name: 'provider NotIn passes when unset',
      affinity: field('provider', 'NotIn', 'aws'),
      member1: false,
      bare: true,
    },
    { name: 'region Exists', affinity: field('region', 'Exists'), member1: true, bare: false },
    { name: 'region DoesNotExist', affinity: field('region', 'DoesNotExist'), member1: false, bare: true },
    { name: 'an unknown field is absent', affinity: field('colour', 'Exists'), member1: false, bare: false },
    { name: 'zone In is any overlap', affinity: field('zone', 'In', 'b', 'z'), member1: true, bare: false },
    { name: 'zone NotIn is no overlap', affinity: field('zone', 'NotIn', 'b', 'z'), member1: false, bare: true },
    { name: 'zone NotIn of other zones', affinity: field('zone', 'NotIn', 'z'), member1: true, bare: true },
    { name: 'zone Exists', affinity: field('zone', 'Exists'), member1: true, bare: false },
    { name: 'zone DoesNotExist', affinity: field('zone', 'DoesNotExist'), member1: false, bare: true },
    { name: 'zone Gt is never true', affinity: field('zone', 'Gt', '1'), member1: false, bare: false },
    {
      name: 'every field expression must hold',
      affinity: {
        fieldSelector: {
          matchExpressions: [
            { key: 'provider', operator: 'In', values: ['aws'] },
            { key: 'region', operator: 'NotIn', values: ['eu-1'] },
          ],
        },
      },
      member1: false,
      bare: false,
    },
  ])('$name', test => {
    expect(matchesCluster(test.affinity, member1)).toBe(test.member1)
    expect(matchesCluster(test.affinity, bare)).toBe(test.bare)
  })
})
