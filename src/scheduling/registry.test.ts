import { describe, expect, it } from '@jest/globals'
import { DIVISIONS, enabledDivisions, enabledPlugins, PLUGINS } from './registry.ts'

const names = (flag?: readonly string[]): readonly string[] => enabledPlugins(flag).map(plugin => plugin.name)
const ALL = [
  'ClusterAffinity',
  'TaintToleration',
  'APIEnablement',
  'SpreadConstraint',
  'ClusterLocality',
  'ClusterEviction',
  'WorkloadAffinity',
  'WorkloadAntiAffinity',
]

describe('enabledPlugins (scheduling.md §4)', () => {
  it.each([
    { flag: undefined, want: ALL },
    { flag: ['*'], want: ALL },
    { flag: ['*', '-APIEnablement'], want: ALL.filter(name => name !== 'APIEnablement') },
    { flag: ['ClusterEviction', 'ClusterAffinity'], want: ['ClusterAffinity', 'ClusterEviction'] },
    { flag: [], want: [] },
  ])('--plugins=$flag', ({ flag, want }) => expect(names(flag)).toEqual(want))
})

it('every plugin filters or scores', () => {
  for (const plugin of PLUGINS) expect(plugin.filter ?? plugin.score).toBeDefined()
})

describe('enabledDivisions', () => {
  const ALL_DIVISIONS = ['Duplicated', 'StaticWeight', 'DynamicWeight', 'Aggregated']
  it.each([
    { flag: undefined, want: ALL_DIVISIONS },
    { flag: ['ClusterAffinity'], want: ALL_DIVISIONS },
    { flag: ['*', '-Aggregated'], want: ALL_DIVISIONS.filter(name => name !== 'Aggregated') },
  ])('--plugins=$flag', ({ flag, want }) => expect(enabledDivisions(flag).map(({ name }) => name)).toEqual(want))

  const typed = (replicaSchedulingType: string, replicaDivisionPreference?: string, weightPreference?: object) => ({
    replicaScheduling: {
      replicaSchedulingType,
      ...(replicaDivisionPreference && { replicaDivisionPreference }),
      ...(weightPreference && { weightPreference }),
    },
  })
  it.each([
    { placement: {}, want: ['Duplicated'] },
    { placement: typed('Duplicated', 'Aggregated'), want: ['Duplicated'] },
    { placement: typed('Divided'), want: [] },
    { placement: typed('Divided', 'Weighted'), want: ['StaticWeight'] },
    { placement: typed('Divided', 'Weighted', { staticWeightList: [] }), want: ['StaticWeight'] },
    { placement: typed('Divided', 'Weighted', { dynamicWeight: 'AvailableReplicas' }), want: ['DynamicWeight'] },
    {
      placement: typed('Divided', 'Weighted', {
        staticWeightList: [{ targetCluster: {}, weight: 1 }],
        dynamicWeight: 'AvailableReplicas',
      }),
      want: ['DynamicWeight'],
    },
    { placement: typed('Divided', 'Aggregated'), want: ['Aggregated'] },
    { placement: typed('Divided', 'Scattered'), want: [] },
  ])('$placement is handled by $want', ({ placement, want }) => {
    expect(DIVISIONS.filter(({ handles }) => handles(placement)).map(({ name }) => name)).toEqual(want)
  })
})
