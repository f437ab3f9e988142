import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { startDeletionGuard } from '../addons/deletion-guard/controller.ts'
import { CLUSTER, NAMESPACE, PROPAGATION_POLICY, RESOURCE_BINDING, SECRET, WORK } from '../api/kinds.ts'
import { executionNamespace } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { systemClock } from '../runtime/clock.ts'
import { newController } from '../runtime/controller.ts'
import { newInformer } from '../runtime/informer.ts'
import { newObject } from '../testing/admission-cases/admission-case.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { untilSome } from '../testing/cluster-fixture.ts'
import { silentLog } from '../testing/silent-log.ts'
import { registerApi } from './register-api.ts'

jest.setTimeout(120_000)

const ALWAYS = { 'resourcetemplate.karmada.io/deletion-protected': 'Always' }
const WHILE_IN_USE = { 'flotilla.dev/deletion-protected': 'WhileInUse' }
const { signal } = new AbortController()

let apiserver: Apiserver
let client: Client

beforeAll(async () => {
  apiserver = await startApiserver()
  client = newTestClient(apiserver.cluster.endpoint)
  await registerApi({ client, clock: systemClock, log: silentLog }, { installCrds: true }, signal)
  await inForce(ALWAYS)
  await inForce(WHILE_IN_USE)
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

/** New policies take a moment: an object to be protected is deleted and made again until it stays. */
async function inForce(labels: Readonly<Record<string, string>>): Promise<void> {
  const { metadata, ...object } = cluster('probe', labels)
  await untilSome(async () => {
    await client.create(CLUSTER, { ...object, metadata })
    return (await removal(CLUSTER, metadata)) !== 'deleted'
  })
  await unlabel(CLUSTER, metadata, labels)
  await removal(CLUSTER, metadata)
}

function cluster(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return newObject(CLUSTER, { metadata: { name, labels }, spec: { syncMode: 'Push' } })
}

function namespace(name: string, labels: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } }
}

function secret(metadata: ObjectMeta): KubeObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata }
}

type Kind = Parameters<Client['delete']>[0]

async function removal(kind: Kind, metadata: ObjectMeta): Promise<string> {
  try {
    await client.delete(kind, { namespace: metadata.namespace ?? '', name: metadata.name })
    return 'deleted'
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

async function unlabel(kind: Kind, metadata: ObjectMeta, labels: Readonly<Record<string, string>>): Promise<void> {
  const key = { namespace: metadata.namespace ?? '', name: metadata.name }
  const without = Object.fromEntries(Object.keys(labels).map(label => [label, null]))
  await client.patch(kind, key, { type: 'merge', body: { metadata: { labels: without } } })
}

describe('deletion-protected: Always', () => {
  const policySpec = { resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap' }] }
  it.each([
    { kind: SECRET, object: secret({ name: 'a', namespace: 'default', labels: ALWAYS }) },
    { kind: NAMESPACE, object: namespace('always', ALWAYS) },
    { kind: CLUSTER, object: cluster('always', ALWAYS) },
    {
      kind: PROPAGATION_POLICY,
      object: newObject(PROPAGATION_POLICY, { metadata: { namespace: 'default', labels: ALWAYS }, spec: policySpec }),
    },
  ])('keeps a $kind.kind until the label is gone', async ({ kind, object }) => {
    await client.create(kind, object)
    expect(await removal(kind, object.metadata)).toContain('please make sure to remove the label')
    await unlabel(kind, object.metadata, ALWAYS)
    expect(await removal(kind, object.metadata)).toBe('deleted')
  })

  it('holds for one of many that are deleted at once', async () => {
    await client.create(NAMESPACE, namespace('many'))
    const metadata = { name: 'kept', namespace: 'many', labels: ALWAYS }
    await client.create(SECRET, secret(metadata))
    await client.create(SECRET, secret({ name: 'other', namespace: 'many' }))
    await expect(apiserver.cluster.kubectl(['delete', 'secrets', '--all', '-n', 'many'])).rejects.toThrow(
      'is protected',
    )
    await expect(apiserver.cluster.request('/api/v1/namespaces/many/secrets', { method: 'DELETE' })).rejects.toThrow(
      'is protected',
    )
    expect((await client.list(SECRET, { namespace: 'many' })).items.map(item => item.metadata.name)).toEqual(['kept'])
  })

  it('leaves what is being deleted to those who finish it', async () => {
    const metadata = { name: 'finishing', namespace: 'default', finalizers: ['example.com/hold'] }
    await client.create(SECRET, secret(metadata))
    await client.delete(SECRET, keyOf(secret(metadata)))
    const body = { metadata: { labels: ALWAYS } }
    await client.patch(SECRET, keyOf(secret(metadata)), { type: 'merge', body })
    const done = { metadata: { finalizers: null } }
    await client.patch(SECRET, keyOf(secret(metadata)), { type: 'merge', body: done })
    await expect(client.get(SECRET, keyOf(secret(metadata)))).rejects.toThrow('not found')
  })
})

describe('deletion-protected: WhileInUse', () => {
  const inUse = (kind: Kind, name: string, value: string) => {
    const body = { metadata: { annotations: { 'flotilla.dev/in-use': value } } }
    return client.patch(kind, { namespace: '', name }, { type: 'merge', body })
  }

  it.each([
    { kind: NAMESPACE, object: namespace('shop', WHILE_IN_USE), look: 'kubectl get resourcebindings -n shop' },
    { kind: CLUSTER, object: cluster('m1', WHILE_IN_USE), look: 'kubectl get works -n karmada-es-m1' },
  ])('keeps a $kind.kind that is used, or that nobody looked at yet', async ({ kind, object, look }) => {
    const { name } = object.metadata
    await client.create(kind, object)
    expect(await removal(kind, object.metadata)).toContain(look)
    await inUse(kind, name, 'true')
    expect(await removal(kind, object.metadata)).toContain('Remove the label flotilla.dev/deletion-protected')
    await inUse(kind, name, 'false')
    expect(await removal(kind, object.metadata)).toBe('deleted')
  })

  it('asks nothing of those without the label', async () => {
    await client.create(CLUSTER, cluster('plain'))
    await inUse(CLUSTER, 'plain', 'true')
    expect(await removal(CLUSTER, cluster('plain').metadata)).toBe('deleted')
  })
})

describe('the deletion guard', () => {
  const stops: (() => unknown)[] = []

  beforeAll(async () => {
    const deps = { client, clock: systemClock, log: silentLog }
    const start = (resource: Kind) => newInformer(deps, { resource })
    const informers = {
      namespaces: start(NAMESPACE),
      clusters: start(CLUSTER),
      bindings: start(RESOURCE_BINDING),
      works: start(WORK),
    }
    for (const informer of Object.values(informers)) stops.push(() => informer.stop())
    await Promise.all(Object.values(informers).map(informer => informer.waitForSync(signal)))
    stops.unshift(
      startDeletionGuard({ host: client, ...informers, newController: options => newController(options, deps) }),
    )
  })

  afterAll(async () => {
    for (const stop of stops) await stop()
  })

  async function until(kind: Kind, name: string, value: string | undefined): Promise<void> {
    const read = async () =>
      (await client.get(kind, { namespace: '', name })).metadata.annotations?.['flotilla.dev/in-use']
    await untilSome(async () => (await read()) === value)
    expect(await read()).toBe(value)
  }

  it('follows the templates of a Namespace', async () => {
    await client.create(NAMESPACE, namespace('team', WHILE_IN_USE))
    await until(NAMESPACE, 'team', 'false')
    const spec = { resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a', namespace: 'team' } }
    const metadata = { name: 'a-configmap', namespace: 'team' }
    await client.create(RESOURCE_BINDING, newObject(RESOURCE_BINDING, { metadata, spec }))
    await until(NAMESPACE, 'team', 'true')
    expect(await removal(NAMESPACE, { name: 'team' })).toContain('Namespace team still holds templates')
    await client.delete(RESOURCE_BINDING, metadata)
    await until(NAMESPACE, 'team', 'false')
    expect(await removal(NAMESPACE, { name: 'team' })).toBe('deleted')
  })

  it('follows the Works of a Cluster, from the moment that the label is set', async () => {
    const metadata = { name: 'w', namespace: executionNamespace('m2') }
    await client.create(CLUSTER, cluster('m2'))
    await client.create(NAMESPACE, namespace(metadata.namespace))
    await client.create(WORK, newObject(WORK, { metadata, spec: { workload: { manifests: [] } } }))
    const label = (value: string | null) => ({ metadata: { labels: { 'flotilla.dev/deletion-protected': value } } })
    await client.patch(CLUSTER, { namespace: '', name: 'm2' }, { type: 'merge', body: label('WhileInUse') })
    await until(CLUSTER, 'm2', 'true')
    expect(await removal(CLUSTER, { name: 'm2' })).toContain('Cluster m2 still has Works')
    await client.patch(CLUSTER, { namespace: '', name: 'm2' }, { type: 'merge', body: label(null) })
    await until(CLUSTER, 'm2', undefined)
    expect(await removal(CLUSTER, { name: 'm2' })).toBe('deleted')
  })
})
