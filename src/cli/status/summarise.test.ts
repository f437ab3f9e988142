import { describe, expect, it } from '@jest/globals'
import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import type { Condition } from '../../object/condition.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { printSummary } from './print.ts'
import { type SummaryInput, summarise, type TemplateState } from './summarise.ts'

const NOW_MS = Date.parse('2026-01-01T00:05:00Z')
const condition = (type: string, status: 'True' | 'False', said: Partial<Condition> = {}): Condition => ({
  type,
  status,
  reason: 'Because',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
  ...said,
})
const item = (clusterName: string, rest: Partial<AggregatedStatusItem> = {}): AggregatedStatusItem => ({
  clusterName,
  applied: true,
  health: 'Healthy',
  ...rest,
})
const binding = (
  name: string,
  items: readonly AggregatedStatusItem[],
  more: { spec?: object; conditions?: readonly Condition[] } = {},
): Binding =>
  a.binding({
    name: `${name}-deployment`,
    spec: {
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name },
      clusters: items.map(({ clusterName }) => ({ name: clusterName })),
      ...more.spec,
    },
    status: { conditions: more.conditions ?? [condition('Scheduled', 'True')], aggregatedStatus: items },
  })
const unplaced = (name: string): Binding =>
  binding(name, [], {
    conditions: [condition('Scheduled', 'False', { reason: 'NoClusterFit', message: '0/2 clusters are available.' })],
  })
const DOWN = [
  condition('Ready', 'True'),
  condition('Connected', 'False', { reason: 'ConnectionRefused', message: 'nobody listens' }),
]
const WELL: SummaryInput = {
  operator: { lease: 'a/b', holder: 'pod-1', renewTime: '2026-01-01T00:04:58Z', live: true },
  clusters: [a.cluster({ name: 'member2' }), a.cluster({ name: 'member1' })],
  bindings: [binding('web', [item('member1')])],
}

describe('summarise', () => {
  it.each<{ state: TemplateState; binding: Binding }>([
    { state: 'healthy', binding: binding('web', [item('member1')]) },
    { state: 'notScheduled', binding: unplaced('web') },
    { state: 'notApplied', binding: binding('web', [item('member1'), { clusterName: 'm', appliedMessage: 'no' }]) },
    { state: 'unhealthy', binding: binding('web', [item('member1', { health: 'Unhealthy' })]) },
    { state: 'unknown', binding: binding('web', [item('member1', { health: 'Unknown' })]) },
    { state: 'pending', binding: binding('web', [{ clusterName: 'member1' }]) },
    { state: 'suspended', binding: binding('web', [], { spec: { suspension: { dispatching: true } } }) },
    { state: 'stale', binding: binding('web', [item('member1')], { conditions: [condition('StatusStale', 'True')] }) },
  ])('a template that is $state', ({ state, binding: one }) => {
    expect(summarise({ ...WELL, bindings: [one] }).templates.byState[state]).toBe(1)
  })

  it.each([
    { name: 'all is well', seen: {}, want: true },
    { name: 'nobody leads', seen: { operator: undefined }, want: false },
    { name: 'a member is down', seen: { clusters: [a.cluster({ status: { conditions: DOWN } })] }, want: false },
    { name: 'a template has no place', seen: { bindings: [unplaced('web')] }, want: false },
  ])('healthy or not: $name', ({ seen, want }) => expect(summarise({ ...WELL, ...seen }).healthy).toBe(want))

  it('is printed on a page, the most frequent reasons first', () => {
    const refused = {
      clusterName: 'member1',
      appliedMessage: 'x already exists in the cluster member1 and is not managed by this system',
    }
    const summary = summarise({
      ...WELL,
      clusters: [a.cluster({ name: 'member1' }), a.cluster({ name: 'member2', status: { conditions: DOWN } })],
      bindings: [unplaced('a'), unplaced('b'), binding('c', [refused]), binding('d', [item('member1')])],
    })
    expect(printSummary(summary, { nowMs: NOW_MS, colours: false })).toBe(`Operator   ok        pod-1 leads
Members    PROBLEM   1 of 2 are ready
Templates  PROBLEM   4: 2 not scheduled, 1 not applied, 1 healthy

NAME      READY   VERSION   NODES   TEMPLATES   CAUSE
member1   True    v1.36.3   -       2
member2   False   v1.36.3   -       0           ConnectionRefused: nobody listens

Not scheduled:
  2  NoClusterFit: 0/2 clusters are available.
     -> flotilla why deployment/a -n default

Not applied:
  1  Conflict: member1 has an object of that name that is not ours
     -> flotilla why deployment/c -n default
`)
  })

  it('has colours where they are wanted', () => {
    const text = printSummary(summarise(WELL), { nowMs: NOW_MS, colours: true })
    expect(text.split('\u001b')[1]).toBe('[32mok     ')
  })
})
