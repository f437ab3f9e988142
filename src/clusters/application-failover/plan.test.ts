import { describe, expect, it } from '@jest/globals'
import type { ApplicationFailover } from '../../api/generated/propagation-policy.ts'
import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { ANNOTATION } from '../../api/names.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { planApplicationFailover, withUnhealthySince } from './plan.ts'

const START = Date.UTC(2026, 0, 1)
const at = (seconds: number): string => `${new Date(START + seconds * 1000).toISOString().slice(0, 19)}Z`
const brake = { clusterShare: 0.5, replicaShare: 0.5, minClusters: 2, windowSeconds: 600 }
const CLAIM = { 'propagationpolicy.karmada.io/permanent-id': 'p' }
const tolerating = (tolerationSeconds?: number, more: Partial<ApplicationFailover> = {}) => ({
  application: { decisionConditions: tolerationSeconds === undefined ? {} : { tolerationSeconds }, ...more },
})
const item = (clusterName: string, health: AggregatedStatusItem['health'] = 'Unhealthy'): AggregatedStatusItem => ({
  ...{ clusterName, health },
  status: { id: `of-${clusterName}` },
})

interface Case {
  readonly name: string
  readonly failover?: Binding['spec']['failover']
  readonly items?: readonly AggregatedStatusItem[]
  readonly since?: Readonly<Record<string, string>>
  readonly seconds?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly tasks?: Binding['spec']['gracefulEvictionTasks']
  readonly confirm?: string
  readonly leaves?: readonly string[]
  readonly remembers?: Readonly<Record<string, string>>
  readonly nextSeconds?: number
  readonly halted?: boolean
}

const planFor = (each: Case) => {
  const { failover = tolerating(60), items = [item('m1')], since = {}, seconds = 0, labels = CLAIM, confirm } = each
  const annotations = {
    [ANNOTATION.unhealthySince]: JSON.stringify(since),
    ...(confirm !== undefined && { [ANNOTATION.confirmEviction]: confirm }),
  }
  const clusters = ['m1', 'm2', 'm3'].map(name => ({ name, replicas: 1 }))
  const spec = { replicas: 3, clusters, failover, ...(each.tasks && { gracefulEvictionTasks: each.tasks }) }
  const binding = a.binding({ labels, annotations, spec, status: { aggregatedStatus: items } })
  return planApplicationFailover({ binding, producer: 'P', brake, nowMs: START + seconds * 1000, now: at(seconds) })
}

// spec/behaviour/clusters.md §6
describe('planApplicationFailover', () => {
  it.each<Case>([
    { name: 'remembers when it was first seen unhealthy', seconds: 5, remembers: { m1: at(5) }, nextSeconds: 65 },
    { name: 'still knows it later', since: { m1: at(5) }, seconds: 30, remembers: { m1: at(5) }, nextSeconds: 65 },
    {
      name: 'counts from now where that is still to come: a clock went wrong',
      ...{ since: { m1: at(7_200) }, seconds: 30, remembers: { m1: at(30) }, nextSeconds: 90 },
    },
    { name: 'leaves when that is too long ago', since: { m1: at(5) }, seconds: 65, leaves: ['m1'] },
    {
      name: 'counts 300 seconds where nothing is said',
      failover: tolerating(),
      remembers: { m1: at(0) },
      nextSeconds: 300,
    },
    { name: 'forgets what is healthy again', items: [item('m1', 'Healthy')], since: { m1: at(0) }, seconds: 99 },
    { name: 'and what is not known', items: [item('m1', 'Unknown')], since: { m1: at(0) }, seconds: 99 },
    { name: 'does nothing for a policy that does not ask for it', failover: {}, since: { m1: at(0) }, seconds: 99 },
    { name: 'nor for a binding without policy', labels: {}, since: { m1: at(0) }, seconds: 99 },
    { name: 'nor in a cluster that is no target', items: [item('m9')], since: { m9: at(0) }, seconds: 99 },
    {
      name: 'nor in one that is being left',
      tasks: [{ fromCluster: 'm1', producer: 'x', reason: 'R' }],
      since: { m1: at(0) },
      seconds: 99,
    },
    {
      name: 'starts anew where what it remembers cannot be read',
      since: { m1: 'x' },
      seconds: 99,
      remembers: { m1: at(99) },
      nextSeconds: 159,
    },
    {
      name: 'stays where it is unhealthy nearly everywhere',
      items: [item('m1'), item('m2')],
      since: { m1: at(0), m2: at(1) },
      seconds: 99,
      remembers: { m1: at(0), m2: at(1) },
      halted: true,
    },
    {
      name: 'leaves all the same when that is confirmed',
      items: [item('m1'), item('m2')],
      since: { m1: at(0), m2: at(1) },
      seconds: 99,
      confirm: at(0),
      leaves: ['m1', 'm2'],
    },
    {
      name: 'not when another time was confirmed',
      items: [item('m1'), item('m2')],
      since: { m1: at(0), m2: at(1) },
      seconds: 99,
      confirm: at(-700),
      remembers: { m1: at(0), m2: at(1) },
      halted: true,
    },
  ])('$name', each => {
    const plan = planFor(each)
    expect(plan.departures.map(({ cluster }) => cluster)).toEqual(each.leaves ?? [])
    expect(plan.since).toEqual(each.remembers ?? {})
    expect(plan.nextMs).toBe(each.nextSeconds === undefined ? undefined : START + each.nextSeconds * 1000)
    expect(plan.halt !== undefined).toBe(each.halted ?? false)
  })

  const taskOf = (more: Partial<ApplicationFailover>) =>
    planFor({ name: '', failover: tolerating(60, more), since: { m1: at(0) }, seconds: 60 }).departures[0]?.task
  const base = {
    ...{ producer: 'P', reason: 'ApplicationFailure', clustersBeforeFailover: ['m1', 'm2', 'm3'] },
    message: expect.any(String),
  }

  it.each([
    { name: 'gracefully, for ten minutes', more: {}, want: { purgeMode: 'Gracefully', gracePeriodSeconds: 600 } },
    {
      name: 'gracefully, for as long as it says',
      more: { gracePeriodSeconds: 5 },
      want: { purgeMode: 'Gracefully', gracePeriodSeconds: 5 },
    },
    { name: 'directly', more: { purgeMode: 'Directly' }, want: { purgeMode: 'Directly' } },
    { name: 'never', more: { purgeMode: 'Never' }, want: { purgeMode: 'Never', suppressDeletion: true } },
    {
      name: 'with its state',
      more: { purgeMode: 'Directly', statePreservation: { rules: [{ aliasLabelName: 'job', jsonPath: '{.id}' }] } },
      want: { purgeMode: 'Directly', preservedLabelState: { job: 'of-m1' } },
    },
  ] as const)('the old copy goes $name', ({ more, want }) => expect(taskOf(more)).toEqual({ ...base, ...want }))

  it('without the state that is to go along it stays', () => {
    const failover = tolerating(60, { statePreservation: { rules: [{ aliasLabelName: 'job', jsonPath: '{.none}' }] } })
    const plan = planFor({ name: '', failover, since: { m1: at(0) }, seconds: 60 })
    expect([plan.departures, plan.failures.map(({ cluster }) => cluster)]).toEqual([[], ['m1']])
    expect(plan.since).toEqual({ m1: at(0) })
  })
})

describe('withUnhealthySince', () => {
  it('notes it once, and forgets it', () => {
    const binding = a.binding({ annotations: { mine: 'yes' } })
    const noted = withUnhealthySince(binding, { m2: at(1), m1: at(0) })
    expect(noted.metadata.annotations?.[ANNOTATION.unhealthySince]).toBe(JSON.stringify({ m1: at(0), m2: at(1) }))
    expect(withUnhealthySince(noted, { m1: at(0), m2: at(1) })).toBe(noted)
    expect(withUnhealthySince(noted, {}).metadata).toEqual(binding.metadata)
  })
})
