import { describe, expect, it } from '@jest/globals'
import type { ClusterSpec, ClusterStatus } from '../../api/generated/cluster.ts'
import type { Condition } from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import { summariseApis } from './api-enablements.ts'
import { CONNECTED, type Diagnosis } from './diagnosis.ts'
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
  diagnosis: CONNECTED,
  memory: undefined,
  beganMs: 100_000,
  facts,
  thresholds: { failureThresholdMs: 30_000, successThresholdMs: 30_000 },
  nowMs: 100_000,
  now: NOW,
  ...rest,
})
const refused: Diagnosis = { status: 'False', reason: 'ConnectionRefused', message: 'nothing listens' }
const offline = { outcome: { type: 'offline' }, diagnosis: refused, facts: undefined } as const
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
        { type: 'Connected', status: 'True', reason: 'Connected' },
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

  it('changes only conditions of a member that fails, each telling the cause', () => {
    const { status } = plan(observed({ ...offline, cluster: cluster(settled) }))
    expect(status).toEqual({
      ...settled,
      conditions: [
        {
          type: 'Ready',
          status: 'False',
          reason: 'ClusterNotReachable',
          message: 'cluster is not reachable: nothing listens',
          lastTransitionTime: NOW,
        },
        settled.conditions?.[1],
        { type: 'Connected', ...refused, lastTransitionTime: NOW },
      ],
    })
  })

  it('holds a failure back until it lasts, and tells the cause at once', () => {
    const memory: HealthMemory = { status: 'True', sinceMs: 0 }
    const held = plan(observed({ ...offline, cluster: cluster(settled), memory }))
    expect(held.status.conditions).toMatchObject([{ type: 'Ready', status: 'True' }, {}, { ...refused }])
    expect(held.memory).toEqual({ status: 'False', sinceMs: 100_000 })
  })

  it('writes nothing while the same cause lasts', () => {
    const down = plan(observed({ ...offline, cluster: cluster(settled) }))
    const again = plan(observed({ ...offline, cluster: cluster(down.status), memory: down.memory }))
    expect(again.patch).toBeUndefined()
  })

  it('takes a member out at once that must not be used, and everything that could be placed there', () => {
    const duplicate: Diagnosis = { status: 'False', reason: 'DuplicateCluster', message: 'the same as a' }
    const memory: HealthMemory = { status: 'True', sinceMs: 0 }
    const outcome = { type: 'refused' } as const
    const out = plan(observed({ cluster: cluster(settled), outcome, diagnosis: duplicate, memory, facts: undefined }))
    expect(out.status).toMatchObject({
      apiEnablements: [],
      conditions: [
        { type: 'Ready', ...duplicate },
        { type: 'CompleteAPIEnablements', status: 'False', reason: 'Empty' },
        { type: 'Connected', ...duplicate },
      ],
    })
    expect(out.memory).toBeUndefined()
    const back = plan(observed({ cluster: cluster(out.status), memory: out.memory })).status
    expect(back).toMatchObject({ apiEnablements: [{}], conditions: [{ type: 'Ready', status: 'True' }, {}, {}] })
  })

  it('collects nothing while a recovery is held back', () => {
    const down = { ...ready, status: 'False', reason: 'ClusterNotReachable', message: 'x' } as const
    const memory: HealthMemory = { status: 'True', sinceMs: 90_000 }
    const { status } = plan(observed({ cluster: cluster({ conditions: [down] }), memory }))
    expect(status).toEqual({ conditions: [down, { type: 'Connected', ...CONNECTED, lastTransitionTime: NOW }] })
  })

  it('keeps the conditions and actions of others', () => {
    const other: Condition = { ...ready, type: 'ServiceDomainNameResolutionReady' }
    const { status } = plan(observed({ cluster: cluster({ conditions: [other], remedyActions: ['TrafficControl'] }) }))
    expect(status.conditions?.[0]).toEqual(other)
    expect(status.remedyActions).toEqual(['TrafficControl'])
  })

  it('says so while TLS is not verified, and no longer', () => {
    const insecure = plan(observed({ cluster: cluster(settled, { insecureSkipTLSVerification: true }) })).status
    expect(insecure.conditions?.[3]).toMatchObject({ type: 'TLSVerified', status: 'False' })
    expect(plan(observed({ cluster: cluster(insecure) })).status.conditions).toEqual(settled.conditions)
  })
})
