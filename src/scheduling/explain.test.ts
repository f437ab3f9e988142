import { describe, expect, it } from '@jest/globals'
import { aMember } from '../testing/scheduling-cluster.ts'
import { explain, isSameDecision } from './explain.ts'
import { type ScheduleResult, schedule } from './schedule.ts'

const resource = { apiVersion: 'apps/v1', kind: 'Deployment', uid: 'b' }
const place = (count: number, clusterNames?: readonly string[]): ScheduleResult =>
  schedule({
    binding: { spec: { resource, replicas: 2, placement: clusterNames ? { clusterAffinity: { clusterNames } } : {} } },
    clusters: Array.from({ length: count }, (_, index) => aMember(`member${String(index).padStart(4, '0')}`)),
  })

describe('explain', () => {
  it('tells targets first, then why the others are none', () => {
    expect(JSON.parse(explain(place(2, ['member0001'])))).toEqual({
      result: 'Success',
      division: '2 replicas each',
      clusters: [
        { name: 'member0001', score: 0, available: 100, replicas: 2 },
        {
          name: 'member0000',
          rejected: { ClusterAffinity: 'cluster(s) did not match the placement cluster affinity constraint' },
        },
      ],
    })
  })
  it('tells the message of a failure', () => {
    expect(JSON.parse(explain(place(0)))).toEqual({
      result: 'NoClusterFit',
      message: '0/0 clusters are available: no cluster exists.',
      clusters: [],
    })
  })
  it('stops at 100 clusters and counts the rest', () => {
    const { clusters, omitted } = JSON.parse(explain(place(130)))
    expect([clusters.length, omitted]).toEqual([100, 30])
  })
  it('stays within 8 KiB', () => {
    const text = explain(place(1000, ['member0007']))
    expect(text.length).toBeLessThanOrEqual(8192)
    const { clusters, omitted } = JSON.parse(text)
    expect(clusters[0].name).toBe('member0007')
    expect(clusters.length + omitted).toBe(1000)
  })
  it('gives the same text for the same result', () => expect(explain(place(3))).toBe(explain(place(3))))
})

describe('isSameDecision', () => {
  const text = (score: number, replicas: number): string =>
    JSON.stringify({ result: 'Success', clusters: [{ name: 'm1', score, available: score, replicas }] })
  it.each([
    { name: 'another score decides nothing', before: text(0, 1), want: true },
    { name: 'another number of replicas is another decision', before: text(0, 2), want: false },
    { name: 'none was there', before: undefined, want: false },
    { name: 'somebody wrote something else into it', before: 'because', want: false },
  ])('$name: $want', ({ before, want }) => expect(isSameDecision(before, text(100, 1))).toBe(want))
})
