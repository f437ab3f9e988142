import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { type Apiserver, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import type { ClusterSpec } from '../api/generated/cluster.ts'
import { CLUSTER, NAMESPACE, RESOURCE_BINDING, type Resource, SECRET, WORK } from '../api/kinds.ts'
import { CLUSTER_NAMESPACE, executionNamespace } from '../api/names.ts'
import { startConnections } from '../clusters/connection/controller.ts'
import { startRegistration } from '../clusters/registration/controller.ts'
import { startStatusCollection } from '../clusters/status/controller.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { serverConfigFromKubeconfig } from '../kube/kubeconfig.ts'
import { findOrUndefined } from '../kube/look.ts'
import { newClient } from '../kube/new-client.ts'
import { isNotFound } from '../kube/status-error.ts'
import { newMemberRegistry } from '../members/member-registry.ts'
import { newMissingRights } from '../members/missing-rights.ts'
import { type Condition, findCondition } from '../object/condition.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { Binding, Cluster, Work } from '../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { sleep, systemClock } from '../runtime/clock.ts'
import { newController } from '../runtime/controller.ts'
import { newInformer } from '../runtime/informer.ts'
import type { Recorder } from '../runtime/recorder.ts'
import { newMemberRooms } from '../scheduling/estimate/member-rooms.ts'
import { newKeptLog } from './silent-log.ts'

const CRD: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  kind: 'CustomResourceDefinition',
  plural: 'customresourcedefinitions',
  namespaced: false,
}
const CRDS = ['cluster.karmada.io_clusters', 'work.karmada.io_works', 'work.karmada.io_resourcebindings']
/** Generous: other suites may share the machine. */
const PATIENCE_MS = 90_000

/** Times of the controllers under test, in milliseconds. */
export const INTERVAL_MS = 300
export const THRESHOLD_MS = 1000

/** An event that a controller recorded. */
export interface RecordedEvent {
  readonly about: string
  readonly type: string
  readonly reason: string
  readonly message: string
}

/** Waits until `read` gives something. @throws when that takes longer than a minute and a half. */
export async function untilSome<T>(read: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
  const deadlineMs = performance.now() + PATIENCE_MS
  for (;;) {
    const value = await read()
    if (value !== undefined && value !== false) return value
    if (performance.now() > deadlineMs) throw new Error(`it did not happen within ${PATIENCE_MS} ms: ${read}`)
    await sleep(systemClock, 20)
  }
}

/** An object of `resource`, as a client sends it. */
export function objectOf(
  resource: Resource,
  metadata: JsonObject & { readonly name: string },
  rest: JsonObject = {},
): KubeObject {
  return { apiVersion: formatApiVersion(resource), kind: resource.kind, metadata, ...rest }
}

/** The controllers of clusters over a host of their own, as manager.ts wires them, and what a test does with them. */
export type ClusterFixture = Awaited<ReturnType<typeof startClusterFixture>>

/** Starts an apiserver as the host, registers the CRDs, and starts the controllers. */
export async function startClusterFixture() {
  const host = await startApiserver({ name: 'host' })
  const client = newClient(serverConfigFromKubeconfig(host.cluster.kubeconfig, { name: 'host' }))
  await registerCrds(client)
  await client.create(NAMESPACE, objectOf(NAMESPACE, { name: CLUSTER_NAMESPACE }))
  const operator = await startControllers(client)
  return {
    host,
    client,
    operator,
    ...userOf(client),
    /** Waits for an event. What it tells of was written before, and may be seen sooner than it. */
    untilEvent: (about: string, reason: string) =>
      untilSome(() => operator.events.find(event => event.about === about && event.reason === reason)),
    stop: async () => {
      await operator.stop()
      await Promise.all([client.close(), host.stop()])
    },
  }
}

/** A client for a started apiserver, as its administrator. */
export function adminOf({ cluster }: Apiserver): Client {
  return newClient(serverConfigFromKubeconfig(cluster.kubeconfig, { name: cluster.name }))
}

async function registerCrds(client: Client): Promise<void> {
  for (const name of CRDS) {
    const crd: KubeObject = parse(await readFile(new URL(`../../crds/${name}.yaml`, import.meta.url), 'utf8'))
    await client.apply(CRD, crd)
    await untilSome(async () => {
      const { status } = await client.get(CRD, { namespace: '', name: crd.metadata.name })
      return (status as { readonly conditions?: readonly Condition[] } | undefined)?.conditions?.some(
        ({ type, status: state }) => type === 'Established' && state === 'True',
      )
    })
  }
}

async function startControllers(host: Client) {
  const log = newKeptLog()
  const clock = systemClock
  const events: RecordedEvent[] = []
  const recorder: Recorder = {
    event: (...[about, type, reason, message]) => {
      const name = 'metadata' in about ? about.metadata.name : about.name
      events.push({ about: name, type, reason, message })
    },
  }
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
    newClient: config => newClient(config, { limits: { maxDialBackoffMs: INTERVAL_MS } }),
    newDiscovery: client => newDiscovery(client),
    isReady: name =>
      findCondition(clusters.get({ namespace: '', name })?.status?.conditions, 'Ready')?.status === 'True',
  })
  const shared = {
    ...{ host, clusters, namespaces, secrets, members, clock, recorder },
    newController: (options: Parameters<typeof newController>[0]) => newController(options, { clock, log }),
    concurrency: 10,
    rights: newMissingRights(),
  }
  const owns = (name: string): boolean => clusters.get({ namespace: '', name })?.spec.syncMode !== 'Pull'
  const stopConnections = startConnections({ ...shared, owns })
  const registration = startRegistration({ ...shared, bindings: [bindings], works, deletionPollMs: 100 })
  const stopStatus = startStatusCollection({
    ...shared,
    random: () => 0.5,
    works,
    log,
    rooms: newMemberRooms(clock),
    notesId: true,
    owns,
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
      await stopConnections()
      await registration.stop()
      members.stop()
      for (const each of informers) each.stop()
    },
  }
}

/** What a user does and sees. */
function userOf(client: Client) {
  const createCluster = (name: string, spec: Partial<ClusterSpec> = {}) =>
    client.create(
      CLUSTER,
      objectOf(
        CLUSTER,
        { name },
        { spec: { syncMode: 'Push', secretRef: { namespace: CLUSTER_NAMESPACE, name }, ...spec } },
      ),
    )
  const putSecret = (name: string, data: Record<string, string>) =>
    client.apply(
      SECRET,
      objectOf(
        SECRET,
        { name, namespace: CLUSTER_NAMESPACE },
        {
          data: Object.fromEntries(
            Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString('base64')]),
          ),
        },
      ),
    )
  // The decoding edge of these tests: what the apiserver serves as a Cluster is one.
  const read = async (name: string) => (await client.get(CLUSTER, { namespace: '', name })) as Cluster
  const conditionOf = async (name: string, type: string) => findCondition((await read(name)).status?.conditions, type)
  const untilCondition = (name: string, type: string, wanted: string) =>
    untilSome(async () => {
      const cluster = await read(name)
      const condition = findCondition(cluster.status?.conditions, type)
      return condition !== undefined && `${condition.status}/${condition.reason}` === wanted && cluster
    })
  const isGone = (name: string) =>
    read(name).then(
      () => false,
      error => isNotFound(error),
    )
  /** No namespace controller runs here: empties the terminating namespace in its place, which may still have to be made. */
  const finalize = async (name: string) => {
    const namespace = await untilSome(async () => {
      const found = await findOrUndefined(() => client.get(NAMESPACE, { namespace: '', name }))
      return found?.metadata.deletionTimestamp !== undefined && found
    })
    await client.update(NAMESPACE, { ...namespace, spec: { finalizers: [] } }, { subresource: 'finalize' })
  }
  return {
    createCluster,
    putSecret,
    deleteSecret: (name: string) => client.delete(SECRET, { namespace: CLUSTER_NAMESPACE, name }),
    joinWith: async (name: string, data: Record<string, string>, spec: Partial<ClusterSpec> = {}) => {
      await putSecret(name, data)
      return createCluster(name, spec)
    },
    read,
    conditionOf,
    messageOf: async (name: string, type: string) => (await conditionOf(name, type))?.message,
    /** Waits for a condition in the form `False/ConnectionRefused`. */
    untilCondition,
    untilReady: (name: string, wanted = 'True/ClusterReady') => untilCondition(name, 'Ready', wanted),
    /** Waits until all that joining writes is written: the sums come after Ready, and the taints go after it. */
    untilJoined: (name: string) =>
      untilSome(async () => {
        const cluster = await read(name)
        return cluster.status?.nodeSummary !== undefined && (cluster.spec.taints ?? []).length === 0 && cluster
      }),
    isGone,
    finalize,
    unjoin: async (name: string) => {
      await client.delete(CLUSTER, { namespace: '', name })
      await finalize(executionNamespace(name))
      await untilSome(() => isGone(name))
      await client.delete(SECRET, { namespace: CLUSTER_NAMESPACE, name }).catch(() => undefined)
    },
  }
}
