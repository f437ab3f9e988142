import { afterAll, beforeAll, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { CLUSTER, CUSTOM_RESOURCE_DEFINITION, NAMESPACE, type Resource, WORK } from '../api/kinds.ts'
import { FINALIZER } from '../api/names.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { isNotFound } from '../kube/status-error.ts'
import { type ManagedInformers, newManagedInformers } from '../members/managed-informers.ts'
import { newMissingRights } from '../members/missing-rights.ts'
import { isConditionTrue } from '../object/condition.ts'
import type { Cluster, Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { listCustomResources } from '../registration/custom-resources.ts'
import { systemClock } from '../runtime/clock.ts'
import { newControllers } from '../runtime/controller.ts'
import { type Informer, newInformer } from '../runtime/informer.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import { silentLog } from '../testing/silent-log.ts'
import { startExecution } from './controller.ts'

// One apiserver is host and member. A test that holds every seat makes the host look busy for as long as it wants.

jest.setTimeout(120_000)

const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const NAMES = ['a', 'b', 'c', 'd']
const SEATS = 64

let server: Apiserver
let host: Client
let member: Client
let user: Client
let managed: ManagedInformers
let works: Informer<Work> & { stop(): void }
let clusters: Informer<Cluster> & { stop(): void }
let stop: () => Promise<void>
/** As where another replica executes for the member, or may do so. */
let isHeldBack = false
let heldBack = 0

beforeAll(async () => {
  server = await startApiserver()
  const { endpoint } = server.cluster
  ;[host, user] = [newTestClient(endpoint), newTestClient(endpoint)]
  member = newTestClient(endpoint, {
    fence: () => {
      if (!isHeldBack) return
      heldBack++
      throw new ReconcileError('NotOurMember', 'another replica executes for it', { retry: 'backoff' })
    },
  })
  for (const definition of listCustomResources()) {
    if (/^(works|clusters)\./.test(definition.metadata.name)) {
      await user.create(CUSTOM_RESOURCE_DEFINITION, definition)
    }
  }
  await user.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'karmada-es-m1' } })
  const cluster = { apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name: 'm1' } }
  await untilSome(() => user.create(CLUSTER, { ...cluster, spec: { syncMode: 'Push' } }).catch(() => undefined))
  const at = new Date().toISOString().replace(/\.\d+/, '')
  const ready = { type: 'Ready', status: 'True', reason: 'ClusterReady', message: '', lastTransitionTime: at }
  const body = { status: { conditions: [ready] } }
  await user.patch(CLUSTER, { namespace: '', name: 'm1' }, { type: 'merge', body }, { subresource: 'status' })
  await untilSome(() => user.list(WORK).catch(() => undefined))
  const deps = { clock: systemClock, log: silentLog }
  works = newInformer<Work>({ client: host, ...deps }, { resource: WORK })
  clusters = newInformer<Cluster>({ client: host, ...deps }, { resource: CLUSTER })
  await Promise.all([works, clusters].map(informer => informer.waitForSync(AbortSignal.timeout(60_000))))
  managed = newManagedInformers({ client: member, ...deps })
  const joined = {
    ...{ name: 'm1', client: member, discovery: newDiscovery(member), ready: true },
    ...{ informer: managed.ensure, addChangeHandler: managed.addHandler },
  }
  stop = startExecution({
    ...{ host, works, clusters, clock: systemClock, concurrency: 2 },
    members: {
      get: () => joined,
      list: () => [joined],
      addHandler: handler => {
        void handler({ type: 'added', member: joined })
        return () => undefined
      },
    },
    interpreter: newInterpreter(),
    recorder: { event: () => undefined },
    newController: newControllers(deps),
    rights: newMissingRights(),
    owns: () => true,
  })
}, START_TIMEOUT_MS)

afterAll(async () => {
  await stop?.()
  for (const each of [works, clusters, managed]) each?.stop()
  await Promise.all([host, member, user].map(client => client?.close()))
  await server?.stop()
}, START_TIMEOUT_MS)

const configMap = (name: string, value: string): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    ...{ name, namespace: 'default', labels: { 'karmada.io/managed': 'true' } },
    annotations: { 'work.karmada.io/namespace': 'karmada-es-m1', 'work.karmada.io/name': name },
  },
  data: { value },
})

const workOf = (name: string): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { namespace: 'karmada-es-m1', name, finalizers: [FINALIZER.work] },
  spec: { workload: { manifests: [configMap(name, 'first')] } },
})

const keyOfWork = (name: string) => ({ namespace: 'karmada-es-m1', name })

/** @returns undefined when the member does not have it. */
async function valueInMember(name: string): Promise<string | undefined> {
  try {
    const { data } = (await user.get(CONFIG_MAP, { namespace: 'default', name })) as { data?: Record<string, string> }
    return data?.['value']
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

async function isApplied(name: string): Promise<boolean> {
  const { status } = (await user.get(WORK, keyOfWork(name))) as Work
  return isConditionTrue(status?.conditions, 'Applied')
}

/** @returns lets the host be at rest again. */
async function keepBusy(): Promise<() => void> {
  const seats = await Promise.all(Array.from({ length: SEATS }, () => host.takeSeat()))
  return () => {
    for (const leave of seats) leave()
  }
}

it('while the host is busy members get what is new, more than there are workers, and the host is told afterwards', async () => {
  const rest = await keepBusy()
  for (const name of NAMES) await user.create(WORK, workOf(name))
  for (const name of NAMES) await untilSome(async () => (await valueInMember(name)) === 'first')
  for (const name of NAMES) expect(await isApplied(name)).toBe(false)
  rest()
  for (const name of NAMES) await untilSome(() => isApplied(name))
})

it('while the host is busy a Work that waits to be told of is changed at once all the same', async () => {
  const [name = ''] = NAMES
  const rest = await keepBusy()
  for (const value of ['second', 'third', 'fourth']) {
    const manifests = [configMap(name, value)]
    await user.patch(WORK, keyOfWork(name), { type: 'merge', body: { spec: { workload: { manifests } } } })
    await untilSome(async () => (await valueInMember(name)) === value)
  }
  rest()
})

it('while the host is busy members lose what goes, and the Works go afterwards', async () => {
  const rest = await keepBusy()
  for (const name of NAMES) await user.delete(WORK, keyOfWork(name))
  for (const name of NAMES) await untilSome(async () => (await valueInMember(name)) === undefined)
  expect((await user.list(WORK)).items).toHaveLength(NAMES.length)
  rest()
  await untilSome(async () => (await user.list(WORK)).items.length === 0)
})

it('of a write that was held back nothing is told: it has not failed, and is made when it may be', async () => {
  isHeldBack = true
  await user.create(WORK, workOf('held'))
  await untilSome(async () => heldBack > 1)
  expect(((await user.get(WORK, keyOfWork('held'))) as Work).status).toBeUndefined()
  isHeldBack = false
  await untilSome(() => isApplied('held'))
})

it('what a write of before, which is done late, says of a Work that stands is put right', async () => {
  await user.create(WORK, workOf('late'))
  await untilSome(() => isApplied('late'))
  const { status } = (await user.get(WORK, keyOfWork('late'))) as Work
  const conditions = status?.conditions?.map(each => (each.type === 'Applied' ? { ...each, status: 'False' } : each))
  await user.patch(
    WORK,
    keyOfWork('late'),
    { type: 'merge', body: { status: { conditions } } },
    { subresource: 'status' },
  )
  await untilSome(() => isApplied('late'))
})
