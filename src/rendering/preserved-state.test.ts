import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { preservedLabels, withPreservedState } from './preserved-state.ts'

const rules = [
  { aliasLabelName: 'example.com/job', jsonPath: '{.job.id}' },
  { aliasLabelName: 'example.com/count', jsonPath: '{.count}' },
]
const reporting = (status: Record<string, unknown> | undefined): Binding =>
  a.binding({ status: { aggregatedStatus: [{ clusterName: 'm1', ...(status && { status }) }] } })

// spec/behaviour/clusters.md §4, §6
describe('preservedLabels', () => {
  it('are the values that the cluster reported', () => {
    const labels = preservedLabels(reporting({ job: { id: 'abc' }, count: 0 }), 'm1', rules)
    expect(labels).toEqual({ 'example.com/job': 'abc', 'example.com/count': '0' })
  })

  it.each([
    { name: 'no status', binding: reporting(undefined), says: /has reported no status/ },
    { name: 'a status without the value', binding: reporting({ job: {} }), says: /no value at \{\.job\.id\}/ },
    { name: 'an object instead of a value', binding: reporting({ job: { id: {} } }), says: /no value at/ },
    { name: 'what is no label', binding: reporting({ job: { id: 'a b' }, count: 1 }), says: /cannot be the value/ },
  ])('with $name nothing is moved', ({ binding, says }) => {
    expect(() => preservedLabels(binding, 'm1', rules)).toThrow(says)
  })

  it('a path that cannot be read is told', () => {
    const unreadable = [{ aliasLabelName: 'x', jsonPath: '{..id}' }]
    expect(() => preservedLabels(reporting({}), 'm1', unreadable)).toThrow(/cannot read JSONPath/)
  })
})

// spec/behaviour/propagation.md §8 item 4e
describe('withPreservedState', () => {
  const task = { fromCluster: 'm1', producer: 'p', reason: 'R', preservedLabelState: { job: 'abc' } }
  const moved = (spec: Partial<Binding['spec']>): Record<string, string> | undefined =>
    withPreservedState(a.binding({ spec }), a.configMap({ labels: { own: 'yes' } })).metadata.labels
  const directly = { ...task, purgeMode: 'Directly' as const }

  it.each<{ name: string; spec: Partial<Binding['spec']>; want: boolean }>([
    {
      name: 'the one new target gets it',
      spec: { clusters: [{ name: 'm2' }], gracefulEvictionTasks: [directly] },
      want: true,
    },
    {
      name: 'not of two targets, which could not share it',
      spec: { clusters: [{ name: 'm2' }, { name: 'm3' }], gracefulEvictionTasks: [directly] },
      want: false,
    },
    {
      name: 'not while the old copy still runs',
      spec: { clusters: [{ name: 'm2' }], gracefulEvictionTasks: [{ ...task, purgeMode: 'Gracefully' }] },
      want: false,
    },
    {
      name: 'not where it ran before',
      spec: {
        clusters: [{ name: 'm2' }],
        gracefulEvictionTasks: [{ ...directly, clustersBeforeFailover: ['m1', 'm2'] }],
      },
      want: false,
    },
    {
      name: 'the last task counts',
      spec: { clusters: [{ name: 'm2' }], gracefulEvictionTasks: [directly, { ...task, preservedLabelState: {} }] },
      want: false,
    },
    { name: 'without a task there is nothing', spec: { clusters: [{ name: 'm2' }] }, want: false },
  ])('$name', ({ spec, want }) => {
    expect(moved(spec)).toEqual({ own: 'yes', ...(want && { job: 'abc' }) })
  })
})
