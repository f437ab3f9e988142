import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { CLUSTER, NAMESPACE, NODE, POD, type Resource, WORK } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { sleep, systemClock } from '../runtime/clock.ts'
import {
  adminOf,
  type ClusterFixture,
  untilSome as eventually,
  INTERVAL_MS,
  objectOf as object,
  startClusterFixture,
} from '../testing/cluster-fixture.ts'

const SERVICE_ACCOUNT: Resource = { ...POD, kind: 'ServiceAccount', plural: 'serviceaccounts' }
const TEST_TIMEOUT_MS = 180_000

describe('clusters', () => {
  let fixture: ClusterFixture
  let member: Apiserver
  let memberClient: Client

  beforeAll(async () => {
    ;[fixture, member] = await Promise.all([startClusterFixture(), startApiserver({ name: 'member' })])
    memberClient = adminOf(member)
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await fixture?.stop()
    await Promise.all([memberClient?.close(), member?.stop()])
  })

  it(
    'joins a member from a kubeconfig, tells all about it, and then writes nothing',
    async () => {
      const startMs = performance.now()
      await fixture.joinWith('m1', { kubeconfig: member.cluster.kubeconfig })
      const joined = await fixture.untilJoined('m1')
      process.stderr.write(`joined, ready and untainted in ${Math.round(performance.now() - startMs)} ms\n`)
      expect(joined.metadata.finalizers).toEqual(['karmada.io/cluster-controller'])
      const kubeSystem = await memberClient.get(NAMESPACE, { namespace: '', name: 'kube-system' })
      expect(joined.spec.id).toBe(kubeSystem.metadata.uid)
      expect(joined.status).toMatchObject({
        kubernetesVersion: expect.stringMatching(/^v1\./),
        nodeSummary: { totalNum: 0, readyNum: 0 },
        conditions: [
          { type: 'Ready', status: 'True', reason: 'ClusterReady' },
          { type: 'CompleteAPIEnablements', status: 'True', reason: 'Complete' },
          { type: 'Connected', status: 'True', reason: 'Connected' },
        ],
      })
      const apps = joined.status?.apiEnablements?.find(({ groupVersion }) => groupVersion === 'apps/v1')
      expect(apps?.resources).toContainEqual({ name: 'deployments', kind: 'Deployment' })
      expect(apps?.resources).not.toContainEqual(expect.objectContaining({ name: 'deployments/status' }))
      const space = await fixture.client.get(NAMESPACE, { namespace: '', name: 'karmada-es-m1' })
      expect(space.metadata.labels).toMatchObject({ 'karmada.io/system': 'true' })
      expect(fixture.operator.events).toContainEqual(expect.objectContaining({ reason: 'CreateExecutionSpaceSucceed' }))
      expect(fixture.operator.members.get('m1')?.ready).toBe(true)

      await sleep(systemClock, INTERVAL_MS * 4)
      expect((await fixture.read('m1')).metadata.resourceVersion).toBe(joined.metadata.resourceVersion)
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'sums nodes and pods as they come',
    async () => {
      const size = { cpu: '4', memory: '16Gi', pods: '110' }
      await memberClient.create(NODE, object(NODE, { name: 'n1' }))
      await memberClient.patch(
        NODE,
        { namespace: '', name: 'n1' },
        {
          type: 'merge',
          body: { status: { allocatable: size, capacity: size, conditions: [{ type: 'Ready', status: 'True' }] } },
        },
        { subresource: 'status' },
      )
      await memberClient.create(SERVICE_ACCOUNT, object(SERVICE_ACCOUNT, { name: 'default', namespace: 'default' }))
      const container = { name: 'c', image: 'i', resources: { requests: { cpu: '250m', memory: '64Mi' } } }
      for (const [name, nodeName] of [
        ['p1', 'n1'],
        ['p2', undefined],
      ] as const) {
        const spec = { containers: [container], ...(nodeName === undefined ? {} : { nodeName }) }
        await memberClient.create(POD, object(POD, { name, namespace: 'default' }, { spec }))
      }
      const sums = { cpu: '250m', memory: '64Mi', pods: '1' }
      // Nodes are watched apart from Pods: either may be told of first.
      const cluster = await eventually(async () => {
        const found = await fixture.read('m1')
        const { nodeSummary, resourceSummary } = found.status ?? {}
        return resourceSummary?.allocating?.['pods'] === '1' && nodeSummary?.readyNum === 1 && found
      })
      expect(cluster.status?.nodeSummary).toEqual({ totalNum: 1, readyNum: 1 })
      expect(cluster.status?.resourceSummary).toMatchObject({
        allocatable: size,
        allocated: sums,
        allocating: sums,
        allocatableModelings: expect.arrayContaining([{ grade: 1, count: 1 }]),
      })
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'tells a member that does not answer after the threshold, and one that answers again',
    async () => {
      await member.cluster.pause('apiserver')
      try {
        await fixture.untilReady('m1', 'False/ClusterNotReachable')
        await eventually(async () =>
          (await fixture.read('m1')).spec.taints?.some(({ key }) => key === 'cluster.karmada.io/not-ready'),
        )
      } finally {
        await member.cluster.resume('apiserver')
      }
      const cluster = await fixture.untilReady('m1')
      expect(cluster.status?.nodeSummary).toEqual({ totalNum: 1, readyNum: 1 })
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'empties and lets go a cluster that is deleted',
    async () => {
      const work = object(WORK, { name: 'w', namespace: 'karmada-es-m1' })
      await fixture.client.create(WORK, { ...work, spec: { workload: { manifests: [] } } })
      await fixture.client.delete(CLUSTER, { namespace: '', name: 'm1' })
      await eventually(async () => {
        const { metadata } = await fixture.client.get(NAMESPACE, { namespace: '', name: 'karmada-es-m1' })
        return metadata.deletionTimestamp !== undefined
      })
      expect(fixture.operator.members.get('m1')).toBeDefined()
      expect(await fixture.isGone('m1')).toBe(false)
      await fixture.client.delete(WORK, { namespace: 'karmada-es-m1', name: 'w' })
      await fixture.finalize('karmada-es-m1')
      await eventually(() => fixture.isGone('m1'))
      await eventually(() => fixture.operator.members.get('m1') === undefined)
      expect(fixture.operator.events).toContainEqual(expect.objectContaining({ reason: 'RemoveExecutionSpaceSucceed' }))
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'does not read Secrets of other namespaces',
    async () => {
      await fixture.createCluster('m5', { secretRef: { namespace: 'kube-system', name: 'stolen' } })
      await fixture.untilReady('m5', 'False/StatusCollectionFailed')
      expect(await fixture.messageOf('m5', 'Ready')).toMatch(/must not point into namespace kube-system/)
      await fixture.unjoin('m5')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'leaves the status of a Pull cluster to its agent',
    async () => {
      await fixture.createCluster('p1', { syncMode: 'Pull' })
      const cluster = await eventually(async () => {
        const found = await fixture.read('p1')
        return found.metadata.finalizers?.length === 1 && found
      })
      expect(cluster.spec.taints).toMatchObject([{ key: 'cluster.karmada.io/not-ready', effect: 'NoSchedule' }])
      await sleep(systemClock, INTERVAL_MS * 2)
      expect((await fixture.read('p1')).status).toBeUndefined()
      expect(fixture.operator.members.get('p1')).toBeUndefined()
      await fixture.unjoin('p1')
    },
    TEST_TIMEOUT_MS,
  )
})
