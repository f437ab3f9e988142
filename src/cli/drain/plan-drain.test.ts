import { describe, expect, it } from '@jest/globals'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { formatTargets, leaving, planDrain, templateOf } from './plan-drain.ts'

const NOW = '2026-01-01T00:00:00Z'
const READY = { type: 'Ready', status: 'True', reason: 'ClusterReady', message: '', lastTransitionTime: NOW } as const
const APIS = [{ groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] }]

const cluster = (name: string, labels = {}): Cluster =>
  a.cluster({ name, labels, spec: { syncMode: 'Push' }, status: { apiEnablements: APIS, conditions: [READY] } })

const binding = (spec: Partial<Binding['spec']>): Binding =>
  a.binding({
    name: 'web-deployment',
    labels: { 'propagationpolicy.karmada.io/permanent-id': 'p' },
    spec: {
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' },
      clusters: [{ name: 'm1', replicas: 2 }],
      replicas: 2,
      placement: {},
      ...spec,
    },
  })

const planned = (spec: Partial<Binding['spec']>, clusters = [cluster('m2')]) =>
  planDrain(binding(spec), { cluster: 'm1', clusters, now: NOW })

describe('planDrain', () => {
  it('lets go what another cluster can take', () => {
    expect(planned({})).toMatchObject({ type: 'leave', to: ['m2'] })
  })

  it.each<{ name: string; spec: Partial<Binding['spec']>; says: string }>([
    {
      name: 'its policy names this cluster only',
      spec: { placement: { clusterAffinity: { clusterNames: ['m1'] } } },
      says: '0/1',
    },
    { name: 'its scheduling is suspended', spec: { suspension: { scheduling: true } }, says: 'suspended' },
  ])('keeps it where $name', ({ spec, says }) => {
    expect(planned(spec)).toMatchObject({ type: 'stay', why: expect.stringContaining(says) })
  })
})

describe('leaving', () => {
  it('takes the cluster out of the targets, with a task that has its replicas', () => {
    const { clusters, gracefulEvictionTasks } = leaving(binding({}), 'm1', NOW).spec
    expect(clusters).toEqual([])
    expect(gracefulEvictionTasks).toMatchObject([
      { fromCluster: 'm1', replicas: 2, purgeMode: 'Gracefully', producer: 'flotilla-drain', creationTimestamp: NOW },
    ])
  })

  it('adds no second task', () => {
    const once = leaving(binding({}), 'm1', NOW)
    expect(leaving(once, 'm1', '2027-01-01T00:00:00Z').spec).toEqual(once.spec)
  })
})

describe('words', () => {
  it('names template and targets', () => {
    expect(templateOf(binding({}))).toBe('Deployment shop/web')
    expect(formatTargets([{ name: 'm2', replicas: 3 }, { name: 'm3' }])).toBe('m2 (3), m3')
    expect(formatTargets(undefined)).toBe('nowhere')
  })
})
