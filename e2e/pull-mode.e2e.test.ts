import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { flotilla, registerMember, startAgentProcess } from './agent.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere, read } from './cluster-view.ts'
import { type FaultProxy, startFaultProxy } from './controlplane/fault-proxy.ts'
import type { SupervisedProcess } from './controlplane/supervisor.ts'
import { joinMembers } from './joining.ts'
import { propagationPolicy, useFleet } from './test-fleet.ts'

// docs/reference/pull-mode.md: a member whose agent fetches its work, beside one that the operator writes to.

jest.setTimeout(300_000)

const clusters = {
  ...{ intervalMs: 1000, failureThresholdMs: 1000, successThresholdMs: 500 },
  ...{ monitorIntervalMs: 500, monitorGraceMs: 4000, startupGraceMs: 60_000 },
}
/** One that was killed holds its lease until it ends. */
const leaderElection = { leaseDurationMs: 6000, renewDeadlineMs: 5000, retryPeriodMs: 500 }
const agentSettings = { clusters, leaderElection, agent: { renewPeriodMs: 1000, leaseDurationMs: 4000 } }
const fleet = useFleet({ join: false, configuration: { clusters } })
let proxy: FaultProxy
let agent: SupervisedProcess

beforeAll(async () => {
  proxy = await startFaultProxy(fleet.host.endpoint)
  const pulled = fleet.member('member2')
  await Promise.all([
    joinMembers(fleet, [fleet.member('member1')]),
    registerMember(fleet, pulled, { server: { ...proxy.endpoint } }),
  ])
  agent = await startAgentProcess(fleet, pulled, agentSettings)
  await untilReady('True')
}, 300_000)

afterAll(() => proxy?.stop())

async function ready(): Promise<AnyObject> {
  const conditions = (await read(fleet.host, 'cluster', 'member2'))?.status?.conditions ?? []
  return conditions.find(({ type }: AnyObject) => type === 'Ready')
}

function untilReady(status: 'True' | 'Unknown'): Promise<AnyObject> {
  return eventually(`member2 has Ready ${status}`, async () => {
    const condition = await ready()
    return condition?.status === status ? condition : undefined
  })
}

const DEPLOYMENT = { kind: 'deployment', name: 'web' }

const web = (image: string): object => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    replicas: 4,
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers: [{ name: 'web', image }] } },
  },
})

const imageOf = (deployment: AnyObject): string => deployment.spec.template.spec.containers[0].image

describe('a member in Pull mode', () => {
  it('tells of itself as one in Push mode does', async () => {
    const seen = await eventually('its nodes are counted', async () => {
      const cluster = await read(fleet.host, 'cluster', 'member2')
      return cluster.status.nodeSummary?.totalNum === 2 && cluster
    })
    expect(seen).toMatchObject({
      spec: { syncMode: 'Pull' },
      status: { kubernetesVersion: expect.stringMatching(/^v1\./) },
    })
  })

  it('gets its share of a Deployment, and its status comes back', async () => {
    const selector = [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }]
    const placement = { replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' } }
    await apply(fleet.host, propagationPolicy('web', selector, { placement }), web('web:1'))
    await everywhere(fleet.members, DEPLOYMENT, ({ spec }) => spec.replicas === 2)
    await everywhere([fleet.host], DEPLOYMENT, ({ status }) => status?.readyReplicas === 4)
  })

  it('has what somebody changes there restored', async () => {
    const member = fleet.member('member2')
    await member.kubectl(['set', 'image', 'deployment/web', 'web=other:1'])
    await everywhere([member], DEPLOYMENT, object => imageOf(object) === 'web:1')
  })
})

describe('when its agent is killed', () => {
  it('is Ready Unknown after the grace, keeps what runs there, and is Ready again with the next agent', async () => {
    await agent.kill()
    const silent = await untilReady('Unknown')
    expect(silent).toMatchObject({ reason: 'ClusterStatusUnknown' })
    await eventually('it is tainted', async () => {
      const { spec } = await read(fleet.host, 'cluster', 'member2')
      expect(spec.taints).toMatchObject([{ key: 'cluster.karmada.io/unreachable', effect: 'NoSchedule' }])
      return true
    })
    await apply(fleet.host, web('web:2'))
    await everywhere([fleet.member('member1')], DEPLOYMENT, object => imageOf(object) === 'web:2')
    const kept = await read(fleet.member('member2'), 'deployment', 'web')
    expect({ image: imageOf(kept), replicas: kept.spec.replicas }).toEqual({ image: 'web:1', replicas: 2 })
    agent.start()
    await untilReady('True')
    await everywhere([fleet.member('member2')], DEPLOYMENT, object => imageOf(object) === 'web:2')
  })
})

describe('when the host is away', () => {
  it.each(['silent', 'refusing'] as const)('(%s) it goes on with what it knows, and catches up', async fault => {
    const member = fleet.member('member2')
    const before = await read(member, 'deployment', 'web')
    await proxy.become(fault)
    await untilReady('Unknown')
    const image = `web:while-${fault}`
    await apply(fleet.host, web(image))
    await everywhere([fleet.member('member1')], DEPLOYMENT, object => imageOf(object) === image)
    // What drifts is restored without the host.
    await member.kubectl(['set', 'image', 'deployment/web', 'web=other:2'])
    await everywhere([member], DEPLOYMENT, object => imageOf(object) === imageOf(before))
    expect((await read(member, 'deployment', 'web')).metadata.uid).toBe(before.metadata.uid)
    await proxy.become('none')
    await untilReady('True')
    await everywhere([member], DEPLOYMENT, object => imageOf(object) === image)
    await everywhere([fleet.host], DEPLOYMENT, ({ status }) => status?.readyReplicas === 4)
  })
})

describe('when it is unregistered', () => {
  it('is emptied by its agent, which is nobody then', async () => {
    const member = fleet.member('member2')
    await flotilla(fleet.host, ['unregister', 'member2', '--cluster-kubeconfig', member.kubeconfigPath])
    await nowhere([member], DEPLOYMENT)
    await nowhere([fleet.host], { kind: 'namespace', name: 'karmada-es-member2' })
    await nowhere([fleet.host], {
      kind: 'serviceaccount',
      namespace: 'karmada-cluster',
      name: 'flotilla-agent-member2',
    })
    await nowhere([member], { kind: 'serviceaccount', namespace: 'flotilla-system', name: 'flotilla-agent' })
    await everywhere([fleet.member('member1')], DEPLOYMENT, ({ spec }) => spec.replicas === 4)
    await agent.stop()
  })
})
