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
  it.each([130, 1000, 5000])('stays within 16 KiB for %d clusters, and counts those that it leaves out', count => {
    const text = explain(place(count, ['member0007']))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384)
    const { clusters, omitted = 0 } = JSON.parse(text)
    expect(clusters[0].name).toBe('member0007')
    expect(clusters.length).toBeGreaterThanOrEqual(100)
    expect(clusters.length + omitted).toBe(count)
  })
  it('cuts a sentence that names too much, and shows that', () => {
    const taints = (index: number) => [{ key: `ключ-${index}`, effect: 'NoSchedule' }]
    const clusters = Array.from({ length: 500 }, (_, index) => aMember(`m${index}`, { taints: taints(index) }))
    const text = explain(schedule({ binding: { spec: { resource, placement: {} } }, clusters }))
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(16_384)
    const { message } = JSON.parse(text)
    expect([message.length, message.at(-1)]).toEqual([1024, '…'])
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
    { name: 'a decision of another kind', before: '[1]', want: false },
  ])('$name: $want', ({ before, want }) => expect(isSameDecision(before, text(100, 1))).toBe(want))

  it('how much room is missing decides nothing either', () => {
    const short = (available: number): string =>
      JSON.stringify({ result: 'Unschedulable', message: `replicas ${available} are not enough`, clusters: [] })
    expect(isSameDecision(short(3), short(4))).toBe(true)
  })
})
