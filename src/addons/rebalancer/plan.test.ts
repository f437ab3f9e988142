import { describe, expect, it } from '@jest/globals'
import type { WorkloadReference } from '../../api/generated/workload-rebalancer.ts'
import { a } from '../../testing/builders.ts'
import { expiresInMs, isBindingOf, nextStatus, type Outcome, pendingWorkloads, planTrigger, sortKey } from './plan.ts'

const NOW = '2026-01-01T00:00:10Z'
const deployment = (name: string, namespace = 'shop'): WorkloadReference => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  namespace,
  name,
})
const role: WorkloadReference = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', name: 'reader' }
const succeeded = (workload: WorkloadReference) => ({ workload, result: 'Successful' })
const failed = (workload: WorkloadReference) => ({ workload, result: 'Failed', reason: 'ReferencedBindingNotFound' })

describe('the workloads that are looked at (addons.md §7)', () => {
  it.each([
    { name: 'all of a new one', status: undefined, want: ['web', 'api'] },
    {
      name: 'none that are settled',
      status: { observedGeneration: 1, observedWorkloads: [succeeded(deployment('web')), failed(deployment('api'))] },
      want: [],
    },
    {
      name: 'those that could not be written',
      status: {
        observedGeneration: 1,
        observedWorkloads: [{ workload: deployment('web') }, failed(deployment('api'))],
      },
      want: ['web'],
    },
    {
      name: 'those that failed, after a change of the spec',
      status: { observedGeneration: 0, observedWorkloads: [succeeded(deployment('web')), failed(deployment('api'))] },
      want: ['api'],
    },
  ])('$name', ({ status, want }) => {
    const workloads = [deployment('web'), deployment('api')]
    const rebalancer = a.rebalancer({ spec: { workloads }, ...(status && { status }) })
    expect(pendingWorkloads(rebalancer).map(({ name }) => name)).toEqual(want)
  })

  it('one that is listed twice once', () => {
    const workloads = [deployment('web'), deployment('web')]
    expect(pendingWorkloads(a.rebalancer({ spec: { workloads } }))).toHaveLength(1)
  })
})

describe('a binding', () => {
  it.each([
    { name: 'that nobody asked for is told', before: undefined, want: NOW },
    { name: 'that somebody asked for before is told', before: '2026-01-01T00:00:09Z', want: NOW },
    { name: 'that somebody asked for at the same time is left', before: NOW, want: undefined },
    { name: 'that somebody asked for later is left', before: '2026-01-01T00:00:11Z', want: undefined },
  ])('$name', ({ before, want }) => {
    const binding = a.binding({ spec: { ...(before && { rescheduleTriggeredAt: before }) } })
    const patch = planTrigger(binding, NOW)
    expect(patch?.['spec']).toEqual(want && { rescheduleTriggeredAt: want })
  })

  it.each([
    { name: 'of another version of the API is the workload’s', apiVersion: 'apps/v2', want: true },
    { name: 'of the same kind in another group is not', apiVersion: 'example.com/v1', want: false },
  ])('$name', ({ apiVersion, want }) => {
    const binding = a.binding({ spec: { resource: { apiVersion, kind: 'Deployment', name: 'web' } } })
    expect(isBindingOf(binding, deployment('web'))).toBe(want)
  })
})

describe('the status', () => {
  const tried = (...entries: readonly (readonly [WorkloadReference, Outcome])[]) =>
    new Map(entries.map(([workload, outcome]) => [sortKey(workload), outcome]))

  it.each([
    {
      name: 'is in order, with the time when nothing is left',
      spec: { workloads: [role, deployment('web'), deployment('api')] },
      tried: tried(
        [role, 'Successful'],
        [deployment('web'), 'Successful'],
        [deployment('api'), 'ReferencedBindingNotFound'],
      ),
      want: {
        observedWorkloads: [failed(deployment('api')), succeeded(deployment('web')), succeeded(role)],
        observedGeneration: 1,
        finishTime: NOW,
      },
    },
    {
      name: 'is not finished while one is tried again',
      spec: { workloads: [deployment('web'), role] },
      tried: tried([deployment('web'), undefined], [role, 'Successful']),
      want: { observedWorkloads: [{ workload: deployment('web') }, succeeded(role)], observedGeneration: 1 },
    },
    {
      name: 'keeps what succeeded and is no longer asked for, not what failed',
      spec: { workloads: [deployment('web')] },
      status: { observedWorkloads: [succeeded(role), failed(deployment('api'))], finishTime: 'before' },
      tried: tried([deployment('web'), 'Successful']),
      want: {
        observedWorkloads: [succeeded(deployment('web')), succeeded(role)],
        observedGeneration: 1,
        finishTime: NOW,
      },
    },
    {
      name: 'keeps its time when there was nothing to do',
      spec: { workloads: [role] },
      status: { observedWorkloads: [succeeded(role)], finishTime: 'before' },
      tried: tried(),
      want: { observedWorkloads: [succeeded(role)], observedGeneration: 1, finishTime: 'before' },
    },
  ])('$name', ({ spec, status, tried: outcomes, want }) => {
    expect(nextStatus(a.rebalancer({ spec, ...(status && { status }) }), outcomes, NOW)).toEqual(want)
  })
})

describe('its end', () => {
  const atMs = Date.parse(NOW)
  it.each([
    { name: 'never comes by itself', ttl: undefined, finishTime: NOW, want: undefined },
    { name: 'does not come before it has finished', ttl: 0, finishTime: undefined, want: undefined },
    { name: 'comes at once', ttl: 0, finishTime: NOW, want: 0 },
    { name: 'comes later', ttl: 30, finishTime: '2026-01-01T00:00:00Z', want: 20_000 },
  ])('$name', ({ ttl, finishTime, want }) => {
    const spec = { workloads: [], ...(ttl !== undefined && { ttlSecondsAfterFinished: ttl }) }
    expect(expiresInMs(spec, finishTime, atMs)).toBe(want)
  })
})
