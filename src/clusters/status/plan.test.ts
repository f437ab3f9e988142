import { describe, expect, it } from '@jest/globals'
import type { ClusterSpec, ClusterStatus } from '../../api/generated/cluster.ts'
import type { Condition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { summariseApis } from './api-enablements.ts'
import type { HealthMemory } from './health.ts'
import { type MemberFacts, type Observed, plan } from './plan.ts'

const THEN = '2026-11-21T05:00:00Z'
const NOW = '2026-11-21T06:00:00Z'
const ready: Condition = {
  type: 'Ready',
  status: 'True',
  reason: 'ClusterReady',
  message: 'cluster is healthy and ready to accept workloads',
  lastTransitionTime: THEN,
}
const facts: MemberFacts = {
  kubernetesVersion: 'v1.36.3',
  apis: summariseApis([{ groupVersion: 'v1', resources: [{ name: 'pods', kind: 'Pod' }] }], true),
  resources: {
    nodeSummary: { totalNum: 1, readyNum: 1 },
    resourceSummary: { allocatable: { cpu: '4' }, allocated: { cpu: '1' } },
  },
}
const cluster = (status?: ClusterStatus, spec: Partial<ClusterSpec> = {}): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name: 'm', resourceVersion: '5' },
  spec: { syncMode: 'Push', ...spec },
  ...(status === undefined ? {} : { status }),
})
const observed = (rest: Partial<Observed>): Observed => ({
  cluster: cluster(),
  outcome: { type: 'answered', statusCode: 200 },
  memory: undefined,
  facts,
  thresholds: { failureThresholdMs: 30_000, successThresholdMs: 30_000 },
  nowMs: 100_000,
  now: NOW,
  ...rest,
})
const settled = plan(observed({ cluster: cluster({ conditions: [ready] }) })).status

// spec/behaviour/clusters.md §2
describe('plan', () => {
  it('reports everything of a member that answers for the first time', () => {
    const { status, patch } = plan(observed({}))
    expect(status).toMatchObject({
      kubernetesVersion: 'v1.36.3',
      apiEnablements: [{ groupVersion: 'v1' }],
      nodeSummary: { totalNum: 1 },
      conditions: [
        { ...ready, lastTransitionTime: NOW },
        { type: 'CompleteAPIEnablements', status: 'True' },
      ],
    })
    expect(patch).toEqual({ metadata: { resourceVersion: '5' }, status })
  })

  it('writes nothing when nothing changed', () => {
    expect(plan(observed({ cluster: cluster(settled) })).patch).toBeUndefined()
  })

  it('writes only what changed, and takes vanished resources away', () => {
    const resources = { nodeSummary: { totalNum: 1, readyNum: 1 }, resourceSummary: { allocatable: { cpu: '4' } } }
    const { patch } = plan(observed({ cluster: cluster(settled), facts: { ...facts, resources } }))
    expect(patch).toEqual({ metadata: { resourceVersion: '5' }, status: { resourceSummary: { allocated: null } } })
  })

  it('keeps what could not be read', () => {
    expect(plan(observed({ cluster: cluster(settled), facts: {} })).patch).toBeUndefined()
  })

  it('changes only the condition of a member that fails', () => {
    const { status } = plan(observed({ cluster: cluster(settled), outcome: { type: 'offline' }, facts: undefined }))
    expect(status).toEqual({
      ...settled,
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'ClusterNotReachable',
          message: 'cluster is not reachable',
          lastTransitionTime: NOW,
        },
        settled.conditions?.[1],
      ],
    })
  })

  it('holds a failure back until it lasts', () => {
    const memory: HealthMemory = { status: 'True', sinceMs: 0 }
    const held = plan(observed({ cluster: cluster(settled), outcome: { type: 'offline' }, facts: undefined, memory }))
    expect(held.patch).toBeUndefined()
    expect(held.memory).toEqual({ status: 'False', sinceMs: 100_000 })
  })

  it('collects nothing while a recovery is held back', () => {
    const down = { ...ready, status: 'False', reason: 'ClusterNotReachable', message: 'x' } as const
    const memory: HealthMemory = { status: 'True', sinceMs: 90_000 }
    expect(plan(observed({ cluster: cluster({ conditions: [down] }), memory })).patch).toBeUndefined()
  })

  it('keeps the conditions and actions of others', () => {
    const other: Condition = { ...ready, type: 'ServiceDomainNameResolutionReady' }
    const { status } = plan(observed({ cluster: cluster({ conditions: [other], remedyActions: ['TrafficControl'] }) }))
    expect(status.conditions?.[0]).toEqual(other)
    expect(status.remedyActions).toEqual(['TrafficControl'])
  })

  it('says so while TLS is not verified, and no longer', () => {
    const insecure = plan(observed({ cluster: cluster(settled, { insecureSkipTLSVerification: true }) })).status
    expect(insecure.conditions?.[2]).toMatchObject({ type: 'TLSVerified', status: 'False' })
    expect(plan(observed({ cluster: cluster(insecure) })).status.conditions).toEqual(settled.conditions)
  })
})
