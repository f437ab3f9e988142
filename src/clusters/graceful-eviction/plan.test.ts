import { describe, expect, it } from '@jest/globals'
import type { AggregatedStatusItem, GracefulEvictionTask } from '../../api/generated/resource-binding.ts'
import { executionNamespace } from '../../api/names.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import { formatScheduleRecord, SCHEDULE_RECORD_ANNOTATION } from '../../rendering/schedule-record.ts'
import { a } from '../../testing/builders.ts'
import { type Observed, planGraceful } from './plan.ts'

const START = Date.UTC(2026, 0, 1)
const at = (seconds: number): string => `${new Date(START + seconds * 1000).toISOString().slice(0, 19)}Z`
const task = (more: Partial<GracefulEvictionTask> = {}): GracefulEvictionTask => ({
  ...{
    fromCluster: 'm1',
    producer: 'TaintManager',
    reason: 'TaintUntolerated',
    purgeMode: 'Gracefully',
    creationTimestamp: at(0),
  },
  ...more,
})
const condition = (type: string, status: 'True' | 'False', observedGeneration?: number) => ({
  ...{ type, status, reason: 'R', message: '', lastTransitionTime: at(0) },
  ...(observedGeneration !== undefined && { observedGeneration }),
})
const away = a.cluster({ name: 'm1', status: { conditions: [condition('Ready', 'False')] } })
const tainted = a.cluster({
  name: 'm1',
  spec: { taints: [{ key: 'cluster.karmada.io/not-ready', effect: 'NoSchedule' }] },
})
const marked = a.cluster({ name: 'm1', annotations: { 'flotilla.dev/failover-taint': at(0) } })
const served = (
  clusterName: string,
  ready: number,
  health: AggregatedStatusItem['health'] = 'Healthy',
): AggregatedStatusItem => ({
  ...{ clusterName, applied: true, health },
  status: { replicas: ready, readyReplicas: ready },
})
const work = (cluster: string, applied: number, generation = 1): Work =>
  a.work({
    namespace: executionNamespace(cluster),
    metadata: { generation },
    status: { conditions: [condition('Applied', 'True', applied)] },
  })
const TWO = [
  { name: 'm2', replicas: 2 },
  { name: 'm3', replicas: 1 },
]
const failed = formatScheduleRecord({ status: 'False', reason: 'Unschedulable', message: '', at: at(0) })

interface Case {
  readonly name: string
  readonly tasks?: readonly GracefulEvictionTask[]
  readonly clusters?: Binding['spec']['clusters']
  readonly items?: readonly AggregatedStatusItem[]
  readonly works?: readonly Work[]
  readonly from?: Cluster | undefined
  readonly seconds?: number
  readonly observedGeneration?: number
  readonly annotations?: Readonly<Record<string, string>>
  readonly released?: boolean
  readonly nextSeconds?: number
}

const observed = (each: Case): Observed => {
  const { tasks = [task()], clusters = TWO, items = [], seconds = 1, observedGeneration = 1, annotations = {} } = each
  const from = 'from' in each ? each.from : a.cluster({ name: 'm1' })
  return {
    binding: a.binding({
      annotations,
      spec: { replicas: 3, clusters, gracefulEvictionTasks: tasks },
      status: { schedulerObservedGeneration: observedGeneration, aggregatedStatus: items },
    }),
    works: each.works ?? [work('m1', 1), work('m2', 1), work('m3', 1)],
    getCluster: name => (name === 'm1' ? from : undefined),
    gracePeriodSeconds: 600,
    nowMs: START + seconds * 1000,
    now: at(seconds),
  }
}

const COMPLETE = [served('m2', 2), served('m3', 1)]

// spec/behaviour/clusters.md §5
describe('planGraceful', () => {
  it.each<Case>([
    { name: 'an old copy goes when the new ones are healthy', items: COMPLETE, released: true },
    { name: 'it waits for all of them', items: [served('m2', 2)], nextSeconds: 600 },
    {
      name: 'one that is unhealthy is not there',
      items: [served('m2', 2), served('m3', 1, 'Unhealthy')],
      nextSeconds: 600,
    },
    {
      name: 'one whose health is not known is not either',
      items: [served('m2', 2), served('m3', 1, 'Unknown')],
      nextSeconds: 600,
    },
    {
      name: 'fewer ready than there should be are too few',
      items: [served('m2', 1), served('m3', 1)],
      nextSeconds: 600,
    },
    {
      name: 'what was reported before the last change does not count',
      items: COMPLETE,
      works: [work('m2', 1, 2)],
      nextSeconds: 600,
    },
    { name: 'nor what was scheduled for an older state', items: COMPLETE, observedGeneration: 0, nextSeconds: 600 },
    {
      name: 'without room for all it waits',
      items: COMPLETE,
      annotations: { [SCHEDULE_RECORD_ANNOTATION]: failed },
      nextSeconds: 600,
    },
    { name: 'with nowhere to go it waits', clusters: [], nextSeconds: 600 },
    { name: 'not longer than the grace period', clusters: [], seconds: 600, released: true },
    { name: 'that of the task wins', tasks: [task({ gracePeriodSeconds: 5 })], nextSeconds: 5 },
    { name: 'and ends so', tasks: [task({ gracePeriodSeconds: 5 })], seconds: 5, released: true },
    {
      name: 'suppressed it stays for ever',
      tasks: [task({ suppressDeletion: true })],
      items: COMPLETE,
      seconds: 9_000,
    },
    { name: 'until that is taken back', tasks: [task({ suppressDeletion: false })], released: true },
    { name: 'a cluster that is away is not emptied', from: away, items: COMPLETE, seconds: 9_000 },
    { name: 'nor one whose taints of the outage still stand', from: tainted, items: COMPLETE, seconds: 9_000 },
    { name: 'nor one whose NoExecute taint of ours does', from: marked, items: COMPLETE, seconds: 9_000 },
    { name: 'unless at once', from: away, tasks: [task({ purgeMode: 'Directly' })], items: COMPLETE, released: true },
    { name: 'a cluster that is gone needs no task', from: undefined, released: true },
    {
      name: 'nor does one that is deleted',
      from: a.cluster({ name: 'm1', metadata: { deletionTimestamp: at(0) } }),
      released: true,
    },
  ])('$name', each => {
    const plan = planGraceful(observed(each))
    expect(plan.released).toEqual(each.released === true ? ['m1'] : [])
    expect(plan.tasks).toHaveLength(each.released === true ? 0 : 1)
    expect(plan.nextMs).toBe(each.nextSeconds === undefined ? undefined : START + each.nextSeconds * 1000)
  })

  it('a task without a time gets that of the first look', () => {
    const { creationTimestamp: _none, ...bare } = task()
    const input = observed({ name: '', tasks: [bare], seconds: 7 })
    expect(planGraceful(input).tasks).toEqual([{ ...bare, creationTimestamp: at(7) }])
  })

  it('a task whose time is still to come gets that of this look: a clock went wrong', () => {
    const input = observed({ name: '', tasks: [task({ creationTimestamp: at(7_200) })], seconds: 7 })
    const plan = planGraceful(input)
    expect(plan.tasks).toEqual([task({ creationTimestamp: at(7) })])
    expect(plan.nextMs).toBe(START + 607_000)
  })

  it('gives the same list when nothing changes', () => {
    const input = observed({ name: '' })
    expect(planGraceful(input).tasks).toBe(input.binding.spec.gracefulEvictionTasks)
  })

  it('only what is done goes', () => {
    const tasks = [task(), task({ fromCluster: 'm9', suppressDeletion: true })]
    const plan = planGraceful(observed({ name: '', tasks, items: COMPLETE }))
    expect(plan.tasks.map(({ fromCluster }) => fromCluster)).toEqual(['m9'])
  })
})
