import { describe, expect, it } from '@jest/globals'
import { type ResourceList, requestedAmounts } from './amounts.ts'
import { UNLIMITED_REPLICAS } from './general.ts'
import type { QuotaScope } from './member-room.ts'
import { quotaFree, setsInQuotas } from './quota.ts'

describe('what is left of a quota', () => {
  it.each<{ name: string; hard: ResourceList; used: ResourceList; want: Readonly<Record<string, number>> }>([
    {
      name: 'in counted units',
      hard: { cpu: '2', memory: '1Gi' },
      used: { cpu: '500m' },
      want: { cpu: 1500, memory: 2 ** 30 },
    },
    { name: 'of requests', hard: { 'requests.cpu': '1', cpu: '3' }, used: {}, want: { cpu: 1000 } },
    {
      name: 'of pods',
      hard: { pods: '4', 'count/pods': '9' },
      used: { pods: '1', 'count/pods': '9' },
      want: { pods: 0 },
    },
    { name: 'of devices', hard: { 'requests.nvidia.com/gpu': 2 }, used: {}, want: { 'nvidia.com/gpu': 2 } },
    {
      name: 'nothing else',
      hard: {
        'limits.cpu': '1',
        services: '2',
        'gold.storageclass.storage.k8s.io/requests.storage': '1',
        'requests.storage': '1',
      },
      used: {},
      want: {},
    },
    { name: 'less than nothing', hard: { cpu: '1' }, used: { cpu: '2' }, want: { cpu: -1000 } },
  ])('$name', ({ hard, used, want }) => expect(Object.fromEntries(quotaFree(hard, used))).toEqual(want))
})

describe('what fits into quotas (scheduling.md §6.2)', () => {
  const quota = (hard: ResourceList, ...scopes: readonly QuotaScope[]) => ({ free: quotaFree(hard, {}), scopes })
  const scope = (scopeName: string, operator = 'Exists', values: readonly string[] = []) => ({
    scopeName,
    operator,
    values,
  })
  const need = (request: ResourceList = { cpu: '500m' }, priorityClassName?: string) => ({
    replicas: 1,
    requested: requestedAmounts(request),
    ...(priorityClassName !== undefined && { priorityClassName }),
  })
  it.each([
    { name: 'no quota', quotas: [], needs: [need()], want: UNLIMITED_REPLICAS },
    { name: 'the least of several', quotas: [quota({ cpu: '4' }), quota({ pods: '3' })], needs: [need()], want: 3 },
    { name: 'what is not asked for', quotas: [quota({ memory: '0' })], needs: [need()], want: UNLIMITED_REPLICAS },
    { name: 'best effort', quotas: [quota({ pods: '2' }, scope('BestEffort'))], needs: [need({})], want: 2 },
    {
      name: 'not best effort',
      quotas: [quota({ pods: '2' }, scope('BestEffort'))],
      needs: [need()],
      want: UNLIMITED_REPLICAS,
    },
    { name: 'pods that do not end', quotas: [quota({ pods: '2' }, scope('NotTerminating'))], needs: [need()], want: 2 },
    {
      name: 'pods that end',
      quotas: [quota({ pods: '2' }, scope('Terminating'))],
      needs: [need()],
      want: UNLIMITED_REPLICAS,
    },
    {
      name: 'a priority class',
      quotas: [quota({ pods: '2' }, scope('PriorityClass', 'In', ['high']))],
      needs: [need({}, 'high')],
      want: 2,
    },
    {
      name: 'another priority class',
      quotas: [quota({ pods: '2' }, scope('PriorityClass', 'In', ['high']))],
      needs: [need({}, 'low')],
      want: UNLIMITED_REPLICAS,
    },
    {
      name: 'a set of components',
      quotas: [quota({ cpu: '5' })],
      needs: [need({ cpu: '1' }), { ...need({ cpu: '500m' }), replicas: 2 }],
      want: 2,
    },
  ])('$name', ({ quotas, needs, want }) => expect(setsInQuotas(quotas, needs, new Map())).toBe(want))

  it('without what is on its way there', () => {
    expect(setsInQuotas([quota({ cpu: '4' })], [need()], new Map([['cpu', 3000]]))).toBe(2)
  })
})
