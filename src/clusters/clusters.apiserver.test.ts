import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import type { ClusterSpec } from '../api/generated/cluster.ts'
import { CLUSTER, NAMESPACE, NODE, POD, RESOURCE_BINDING, type Resource, SECRET, WORK } from '../api/kinds.ts'
import { CLUSTER_NAMESPACE, executionNamespace } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { serverConfigFromKubeconfig } from '../kube/kubeconfig.ts'
import { newClient } from '../kube/new-client.ts'
import { isNotFound } from '../kube/status-error.ts'
import { newMemberRegistry } from '../members/member-registry.ts'
import { findCondition } from '../object/condition.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Binding, Cluster, Work } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { sleep, systemClock } from '../runtime/clock.ts'
import { newController } from '../runtime/controller.ts'
import { newInformer } from '../runtime/informer.ts'
import { newKeptLog } from '../testing/silent-log.ts'
import { startRegistration } from './registration/controller.ts'
import { startStatusCollection } from './status/controller.ts'

const CRD: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
}
const SERVICE_ACCOUNT: Resource = { ...POD, kind: 'ServiceAccount', plural: 'serviceaccounts' }
const CRDS = ['cluster.karmada.io_clusters', 'work.karmada.io_works', 'work.karmada.io_resourcebindings']
const TEST_TIMEOUT_MS = 180_000
/** Generous: other suites may share the machine. */
const PATIENCE_MS = 90_000
const INTERVAL_MS = 300
const THRESHOLD_MS = 1000

const base64 = (text: string): string => Buffer.from(text).toString('base64')

async function eventually<T>(read: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS
  for (;;) {
    const value = await read()
    if (value !== undefined && value !== false) return value
    if (Date.now() > deadline) throw new Error(`it did not happen within ${PATIENCE_MS} ms`)
    await sleep(systemClock, 20)
  }
}

/** Host informers and both controllers over real apiservers, as manager.ts wires them. */
async function startOperator(host: Client) {
  const log = newKeptLog()
  const clock = systemClock
  const events: string[] = []
  const informerDeps = { clock, log }
  const informer = <T extends KubeObject>(resource: Resource, namespace?: string) =>
    newInformer<T>(
      { ...informerDeps, client: host },
      { resource, ...(namespace === undefined ? {} : { query: { namespace } }) },
    )
  const clusters = informer<Cluster>(CLUSTER)
  const namespaces = informer(NAMESPACE)
  const secrets = new Map([[CLUSTER_NAMESPACE, informer(SECRET, CLUSTER_NAMESPACE)]])
  const works = informer<Work>(WORK)
  const bindings = informer<Binding>(RESOURCE_BINDING)
  const informers = [clusters, namespaces, works, bindings, ...secrets.values()]
  await Promise.all(informers.map(each => each.waitForSync(AbortSignal.timeout(PATIENCE_MS))))
  const members = newMemberRegistry({
    ...informerDeps,
    newClient: config => newClient(config),
    newDiscovery: client => newDiscovery(client),
    isReady: name =>
      findCondition(clusters.get({ namespace: '', name })?.status?.conditions, 'Ready')?.status === 'True',
  })
  const shared = {
    host,
    clusters,
    namespaces,
    secrets,
    members,
    clock,
    recorder: { event: (_about: unknown, type: string, reason: string) => void events.push(`${type} ${reason}`) },
    newController: (options: Parameters<typeof newController>[0]) => newController(options, { clock, log }),
    concurrency: 10,
  }
  const registration = startRegistration({ ...shared, bindings: [bindings], works, deletionPollMs: 100 })
  const stopStatus = startStatusCollection({
    ...shared,
    random: () => 0.5,
    log,
    informerDeps,
    config: {
      intervalMs: INTERVAL_MS,
      timeoutMs: 5000,
      failureThresholdMs: THRESHOLD_MS,
      successThresholdMs: THRESHOLD_MS,
      resourceModeling: true,
    },
  })
  return {
    members,
    events,
    log,
    stop: async () => {
      await stopStatus()
      await registration.stop()
      members.stop()
      for (const each of informers) each.stop()
    },
  }
}

describe('clusters', () => {
  let host: Apiserver
  let member: Apiserver
  let client: Client
  let memberClient: Client
  let operator: Awaited<ReturnType<typeof startOperator>>

  beforeAll(async () => {
    ;[host, member] = await Promise.all([startApiserver({ name: 'host' }), startApiserver({ name: 'member' })])
    client = newClient(serverConfigFromKubeconfig(host.cluster.kubeconfig, { name: 'host' }))
    memberClient = newClient(serverConfigFromKubeconfig(member.cluster.kubeconfig, { name: 'member' }))
    for (const name of CRDS) {
      const crd: KubeObject = parse(await readFile(new URL(`../../crds/${name}.yaml`, import.meta.url), 'utf8'))
      await client.apply(CRD, crd)
      await eventually(async () => {
        const { status } = await client.get(CRD, { namespace: '', name: crd.metadata.name })
        return (
          JSON.stringify(status).includes('"Established","status":"True"') ||
          /"True"[^}]*"Established"/.test(JSON.stringify(status))
        )
      })
    }
    await client.create(NAMESPACE, object(NAMESPACE, { name: CLUSTER_NAMESPACE }))
    operator = await startOperator(client)
  }, START_TIMEOUT_MS)

  afterAll(async () => {
    await operator?.stop()
    await Promise.all([client?.close(), memberClient?.close(), host?.stop(), member?.stop()])
  })

  const object = (resource: Resource, metadata: JsonObject & { name: string }, rest: JsonObject = {}) =>
    ({ apiVersion: formatApiVersion(resource), kind: resource.kind, metadata, ...rest }) satisfies KubeObject
  const joinWith = async (name: string, data: Record<string, string>, spec: Partial<ClusterSpec> = {}) => {
    await putSecret(name, data)
    return createCluster(name, spec)
  }
  const createCluster = (name: string, spec: Partial<ClusterSpec> = {}) =>
    client.create(
      CLUSTER,
      object(
        CLUSTER,
        { name },
        {
          spec: { syncMode: 'Push', secretRef: { namespace: CLUSTER_NAMESPACE, name }, ...spec },
        },
      ),
    )
  const putSecret = (name: string, data: Record<string, string>) =>
    client.apply(
      SECRET,
      object(
        SECRET,
        { name, namespace: CLUSTER_NAMESPACE },
        {
          data: Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)])),
        },
      ),
    )
  // The decoding edge of this test: what the apiserver serves as a Cluster is one.
  const read = async (name: string) => (await client.get(CLUSTER, { namespace: '', name })) as Cluster
  const readyOf = async (name: string) => {
    const condition = findCondition((await read(name)).status?.conditions, 'Ready')
    return condition && `${condition.status}/${condition.reason}`
  }
  const untilReady = (name: string, wanted = 'True/ClusterReady') =>
    eventually(async () => (await readyOf(name)) === wanted && read(name))
  const message = async (name: string) => findCondition((await read(name)).status?.conditions, 'Ready')?.message

  /** No namespace controller runs here: empties the terminating namespace in its place. */
  const finalize = async (name: string) => {
    const namespace = await eventually(async () => {
      const found = await client.get(NAMESPACE, { namespace: '', name })
      return found.metadata.deletionTimestamp !== undefined && found
    })
    await client.update(NAMESPACE, { ...namespace, spec: { finalizers: [] } }, { subresource: 'finalize' })
  }
  const isGone = (name: string) =>
    read(name).then(
      () => false,
      error => isNotFound(error),
    )
  const unjoin = async (name: string) => {
    await client.delete(CLUSTER, { namespace: '', name })
    await finalize(executionNamespace(name))
    await eventually(() => isGone(name))
    await client.delete(SECRET, { namespace: CLUSTER_NAMESPACE, name }).catch(() => undefined)
  }

  it(
    'joins a member from a kubeconfig, tells all about it, and then writes nothing',
    async () => {
      const startMs = performance.now()
      await joinWith('m1', { kubeconfig: member.cluster.kubeconfig })
      const joined = await eventually(async () => {
        const cluster = await read('m1')
        return cluster.status?.nodeSummary !== undefined && (cluster.spec.taints ?? []).length === 0 && cluster
      })
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
        ],
      })
      const apps = joined.status?.apiEnablements?.find(({ groupVersion }) => groupVersion === 'apps/v1')
      expect(apps?.resources).toContainEqual({ name: 'deployments', kind: 'Deployment' })
      expect(apps?.resources).not.toContainEqual(expect.objectContaining({ name: 'deployments/status' }))
      const space = await client.get(NAMESPACE, { namespace: '', name: 'karmada-es-m1' })
      expect(space.metadata.labels).toMatchObject({ 'karmada.io/system': 'true' })
      expect(operator.events).toContain('Normal CreateExecutionSpaceSucceed')
      expect(operator.members.get('m1')?.ready).toBe(true)

      await sleep(systemClock, INTERVAL_MS * 4)
      expect((await read('m1')).metadata.resourceVersion).toBe(joined.metadata.resourceVersion)
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
      const cluster = await eventually(async () => {
        const found = await read('m1')
        return found.status?.resourceSummary?.allocating?.['pods'] === '1' && found
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
    'refuses a member under a second name, and the host itself',
    async () => {
      await joinWith('m2', { kubeconfig: member.cluster.kubeconfig })
      await joinWith('self', { kubeconfig: host.cluster.kubeconfig })
      await untilReady('m2', 'False/StatusCollectionFailed')
      await untilReady('self', 'False/StatusCollectionFailed')
      expect(await message('m2')).toMatch(/same cluster as m1/)
      expect(await message('self')).toMatch(/host cluster itself/)
      expect((await read('self')).spec.taints).toMatchObject([{ key: 'cluster.karmada.io/not-ready' }])
      await Promise.all([unjoin('m2'), unjoin('self')])
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'tells a member that does not answer after the threshold, and one that answers again',
    async () => {
      await member.cluster.pause('apiserver')
      try {
        await untilReady('m1', 'False/ClusterNotReachable')
        await eventually(async () =>
          (await read('m1')).spec.taints?.some(({ key }) => key === 'cluster.karmada.io/not-ready'),
        )
      } finally {
        await member.cluster.resume('apiserver')
      }
      const cluster = await untilReady('m1')
      expect(cluster.status?.nodeSummary).toEqual({ totalNum: 1, readyNum: 1 })
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'empties and lets go a cluster that is deleted',
    async () => {
      const work = object(WORK, { name: 'w', namespace: 'karmada-es-m1' })
      await client.create(WORK, { ...work, spec: { workload: { manifests: [] } } })
      await client.delete(CLUSTER, { namespace: '', name: 'm1' })
      await eventually(async () => {
        const { metadata } = await client.get(NAMESPACE, { namespace: '', name: 'karmada-es-m1' })
        return metadata.deletionTimestamp !== undefined
      })
      expect(operator.members.get('m1')).toBeDefined()
      expect(await isGone('m1')).toBe(false)
      await client.delete(WORK, { namespace: 'karmada-es-m1', name: 'w' })
      await finalize('karmada-es-m1')
      await eventually(() => isGone('m1'))
      await eventually(() => operator.members.get('m1') === undefined)
      expect(operator.events).toContain('Normal RemoveExecutionSpaceSucceed')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'joins with token and CA, and follows a rotated token on the same connection',
    async () => {
      const identity = { namespace: 'kube-system', clusterRole: 'cluster-admin' }
      const first = await member.cluster.kubeconfigFor({ ...identity, serviceAccount: 'first' })
      const second = await member.cluster.kubeconfigFor({ ...identity, serviceAccount: 'second' })
      const data = { caBundle: first.ca, token: first.token }
      await joinWith('m3', data, { apiEndpoint: first.url })
      await untilReady('m3')
      const before = operator.members.get('m3')

      await putSecret('m3', { ...data, token: second.token })
      await memberClient.delete(SERVICE_ACCOUNT, { namespace: 'kube-system', name: 'first' })
      await sleep(systemClock, THRESHOLD_MS + INTERVAL_MS * 3)
      expect(await readyOf('m3')).toBe('True/ClusterReady')
      expect(operator.members.get('m3')).toBe(before)
      await unjoin('m3')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'says what is wrong with a Secret, and connects at once when it is mended',
    async () => {
      await createCluster('m4')
      await untilReady('m4', 'False/StatusCollectionFailed')
      expect(await message('m4')).toMatch(/karmada-cluster\/m4 of spec.secretRef does not exist/)

      await putSecret('m4', { wrong: 'x' })
      await eventually(async () => /neither a key 'kubeconfig'/.test((await message('m4')) ?? ''))
      await putSecret('m4', { kubeconfig: member.cluster.kubeconfig })
      await untilReady('m4')
      await unjoin('m4')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'does not read Secrets of other namespaces',
    async () => {
      await createCluster('m5', { secretRef: { namespace: 'kube-system', name: 'stolen' } })
      await untilReady('m5', 'False/StatusCollectionFailed')
      expect(await message('m5')).toMatch(/must not point into namespace kube-system/)
      await unjoin('m5')
    },
    TEST_TIMEOUT_MS,
  )

  it(
    'leaves the status of a Pull cluster to its agent',
    async () => {
      await createCluster('p1', { syncMode: 'Pull' })
      const cluster = await eventually(async () => {
        const found = await read('p1')
        return found.metadata.finalizers?.length === 1 && found
      })
      expect(cluster.spec.taints).toMatchObject([{ key: 'cluster.karmada.io/not-ready', effect: 'NoSchedule' }])
      await sleep(systemClock, INTERVAL_MS * 2)
      expect((await read('p1')).status).toBeUndefined()
      expect(operator.members.get('p1')).toBeUndefined()
      await unjoin('p1')
    },
    TEST_TIMEOUT_MS,
  )
})
