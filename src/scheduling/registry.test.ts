import { describe, expect, it } from '@jest/globals'
import { enabledPlugins, PLUGINS } from './registry.ts'

const names = (flag?: readonly string[]): readonly string[] => enabledPlugins(flag).map(plugin => plugin.name)
const ALL = [
  'ClusterAffinity',
  'TaintToleration',
  'APIEnablement',
  'SpreadConstraint',
  'ClusterLocality',
  'ClusterEviction',
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
