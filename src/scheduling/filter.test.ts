import { describe, expect, it } from '@jest/globals'
import { aMember } from '../testing/scheduling-cluster.ts'
import { aContext } from '../testing/scheduling-context.ts'
import { filterClusters, fitErrorMessage } from './filter.ts'
import { PLUGINS } from './registry.ts'

const LAMP = { apiVersion: 'example.com/v1', kind: 'Lamp' }
const tainted = { taints: [{ key: 'gpu', effect: 'NoSchedule' }] }

describe('filterClusters (scheduling.md §4)', () => {
  it('keeps every failed filter of an unfit cluster, and skips clusters under deletion', () => {
    const clusters = [aMember('fit'), aMember('going', { deleting: true }), aMember('unfit', { ...tainted, kinds: [] })]
    const { feasible, rejections } = filterClusters(aContext({}), PLUGINS, clusters)
    expect(feasible.map(cluster => cluster.metadata.name)).toEqual(['fit'])
    expect([...rejections]).toEqual([
      [
        'unfit',
        [
          { plugin: 'TaintToleration', reason: 'cluster(s) had untolerated taint {gpu:NoSchedule}' },
          { plugin: 'APIEnablement', reason: 'cluster(s) did not have the API resource' },
        ],
      ],
    ])
  })
})

describe('fitErrorMessage (scheduling.md §4)', () => {
  const rejections = (reasons: readonly string[]) =>
    new Map(
      reasons.map((reason, index) => [
        `m${index}`,
        [
          { plugin: 'P', reason },
          { plugin: 'Q', reason: 'later' },
        ],
      ]),
    )

  it('says that it goes on when a cluster serves the kind', () => {
    const unserved = [{ plugin: 'APIEnablement', reason: 'cluster(s) did not have the API resource' }]
    expect(fitErrorMessage(2, new Map([...rejections(['a']), ['m1', unserved]]), LAMP)).toBe(
      '0/2 clusters are available: 1 a, 1 cluster(s) did not have the API resource. ' +
        'It goes on by itself when a cluster serves Lamp of example.com/v1.',
    )
  })
  it('says that there are no clusters', () => {
    expect(fitErrorMessage(0, new Map(), LAMP)).toBe('0/0 clusters are available: no cluster exists.')
  })
  it('counts the first reason of each cluster and sorts the texts', () => {
    expect(fitErrorMessage(4, rejections(['b', 'a', 'b']), LAMP)).toBe('0/4 clusters are available: 1 a, 2 b.')
  })
})
