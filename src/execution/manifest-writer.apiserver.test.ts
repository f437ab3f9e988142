import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import type { Resource } from '../api/kinds.ts'
import { newInterpreter } from '../interpreter/interpreter.ts'
import type { Client, JsonPatchOperation } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { type ManagedInformers, newManagedInformers } from '../members/managed-informers.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { systemClock } from '../runtime/clock.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { adminOf, untilSome } from '../testing/cluster-fixture.ts'
import { frozen } from '../testing/frozen-object.ts'
import { silentLog } from '../testing/silent-log.ts'
import { newManifestWriter } from './manifest-writer.ts'

// What somebody does to an object of ours in a member is undone, and then nothing is written any more: not at the next look, and
// not after a restart, when nothing but the object says who wrote what.

jest.setTimeout(120_000)

const WORK = { namespace: 'karmada-es-m', name: 'w', preserve: false }
const DEPLOYMENT = resource('apps', 'v1', 'Deployment')
const SERVICE = resource('', 'v1', 'Service')
const SERVICE_ACCOUNT = resource('', 'v1', 'ServiceAccount')
const NETWORK_POLICY = resource('networking.k8s.io', 'v1', 'NetworkPolicy')
const AUTOSCALER = resource('autoscaling', 'v2', 'HorizontalPodAutoscaler')
const AUTOSCALER_V1 = resource('autoscaling', 'v1', 'HorizontalPodAutoscaler')

const RESOURCES = new Map(
  [DEPLOYMENT, SERVICE, SERVICE_ACCOUNT, NETWORK_POLICY, AUTOSCALER].map(each => [each.kind, each]),
)

function resource(group: string, version: string, kind: string): Resource {
  const plural = kind === 'NetworkPolicy' ? 'networkpolicies' : `${kind.toLowerCase()}s`
  return { group, version, kind, plural, namespaced: true }
}

let apiserver: Apiserver
let client: Client
let somebody: Client
let informers: ManagedInformers
let writes: string[] = []
let made = 0

beforeAll(async () => {
  apiserver = await startApiserver()
  client = noting(newTestClient(apiserver.cluster.endpoint))
  somebody = adminOf(apiserver)
  informers = newManagedInformers({ client, clock: systemClock, log: silentLog })
}, START_TIMEOUT_MS)

afterAll(async () => {
  informers?.stop()
  await Promise.all([client?.close(), somebody?.close()])
  await apiserver?.stop()
})

/** The client with its writes noted. */
function noting(inner: Client): Client {
  return new Proxy(inner, {
    get: (target, name) => {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...args: readonly unknown[]) => {
        if (['apply', 'create', 'patch', 'update'].includes(String(name))) writes.push(String(name))
        return Reflect.apply(member, target, args)
      }
    },
  })
}

/** A writer as after a start of the operator. @param informer of what is there */
function newWriter(informer = informers.ensure) {
  const member = {
    name: 'm',
    client,
    discovery: newDiscovery(client),
    ready: true,
    informer,
    addChangeHandler: informers.addHandler,
  }
  const createNamespace = async (): Promise<void> => undefined
  return newManifestWriter({ member, interpreter: newInterpreter(), clock: systemClock, createNamespace })
}

/** @returns which writes it took. */
async function settle(manifest: KubeObject, writer = newWriter(), work = WORK): Promise<readonly string[]> {
  writes = []
  await writer.settle(work, manifest, AbortSignal.timeout(60_000))
  return writes
}

function manifestOf(of: Resource, fields: JsonObject, annotations: Record<string, string> = {}): KubeObject {
  const metadata = {
    ...{ name: `x${++made}`, namespace: 'default', labels: { 'karmada.io/managed': 'true' } },
    annotations: { 'work.karmada.io/namespace': WORK.namespace, 'work.karmada.io/name': WORK.name, ...annotations },
  }
  return frozen({ apiVersion: formatApiVersion(of), kind: of.kind, metadata, ...fields })
}

/** Has somebody change the object, and waits until our cache knows. */
async function change(through: Resource, of: KubeObject, body: readonly JsonPatchOperation[]): Promise<void> {
  const options = { fieldManager: 'somebody' }
  const { metadata } = await somebody.patch(through, keyOf(of), { type: 'json', body }, options)
  await cached(of, metadata.resourceVersion)
}

function cached(of: KubeObject, version: string | undefined): Promise<unknown> {
  const informer = informers.ensure(RESOURCES.get(of.kind) ?? DEPLOYMENT)
  return untilSome(() => informer.get(keyOf(of))?.metadata.resourceVersion === version)
}

/** What a member holds, without what apiservers write of an object. */
async function read(resource: Resource, of: KubeObject): Promise<unknown> {
  const { metadata: _metadata, status: _status, ...declared } = await somebody.get(resource, keyOf(of))
  return declared
}

function deployment(pod: JsonObject, container: JsonObject = {}): JsonObject {
  const containers = [{ name: 'main', image: 'main:1', ...container }]
  return {
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'x' } },
      template: { metadata: { labels: { app: 'x' } }, spec: { ...pod, containers } },
    },
  }
}

const POD = '/spec/template/spec'
const MAIN = `${POD}/containers/0`
const spread = (whenUnsatisfiable: string): JsonObject => ({
  ...{ topologyKey: 'zone', whenUnsatisfiable, maxSkew: 1 },
  labelSelector: { matchLabels: { app: 'x' } },
})
const cpu = (averageUtilization: number): JsonObject => ({
  ...{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization } } },
})

interface Row {
  readonly name: string
  readonly of: Resource
  readonly fields: JsonObject
  /** The version of the kind through which it is changed, where it is another. */
  readonly through?: Resource
  readonly patches: readonly (readonly JsonPatchOperation[])[]
  readonly took: readonly string[]
}

const ROWS: readonly Row[] = [
  {
    name: 'a key that was added to the selector of a Service',
    of: SERVICE,
    fields: { spec: { selector: { app: 'x' }, ports: [{ port: 80 }] } },
    patches: [[{ op: 'add', path: '/spec/selector/version', value: '2' }]],
    took: ['apply'],
  },
  {
    name: 'a peer that was opened to all namespaces, in a list with defaults',
    of: NETWORK_POLICY,
    fields: {
      spec: {
        podSelector: {},
        ingress: [{ ports: [{ port: 80 }], from: [{ podSelector: { matchLabels: { app: 'x' } } }] }],
      },
    },
    patches: [[{ op: 'add', path: '/spec/ingress/0/from/0/namespaceSelector', value: {} }]],
    took: ['apply'],
  },
  {
    name: 'a quantity that was changed, and changed back in another notation',
    of: DEPLOYMENT,
    fields: deployment({}, { resources: { limits: { cpu: '1000m' } } }),
    patches: ['2', '1'].map(value => [{ op: 'replace', path: `${MAIN}/resources/limits/cpu`, value }]),
    took: ['apply'],
  },
  {
    name: 'a second mount of a declared volume',
    of: DEPLOYMENT,
    fields: deployment(
      { volumes: [{ name: 'data', emptyDir: {} }] },
      { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ),
    patches: [[{ op: 'add', path: `${MAIN}/volumeMounts/-`, value: { name: 'data', mountPath: '/etc' } }]],
    took: ['patch'],
  },
  {
    name: 'a mount that was moved',
    of: DEPLOYMENT,
    fields: deployment(
      { volumes: [{ name: 'data', emptyDir: {} }] },
      { volumeMounts: [{ name: 'data', mountPath: '/data' }] },
    ),
    patches: [[{ op: 'replace', path: `${MAIN}/volumeMounts/0/mountPath`, value: '/etc' }]],
    took: ['apply', 'patch'],
  },
  {
    name: 'the number of a port, whose name the two would share',
    of: SERVICE,
    fields: { spec: { ports: [{ name: 'web', port: 80 }] } },
    patches: [[{ op: 'replace', path: '/spec/ports/0/port', value: 81 }]],
    took: ['apply', 'update'],
  },
  {
    name: 'the number of a port, which needs a name beside another',
    of: SERVICE,
    fields: { spec: { ports: [{ port: 80 }] } },
    patches: [[{ op: 'replace', path: '/spec/ports/0/port', value: 81 }]],
    took: ['apply', 'update'],
  },
  {
    name: 'a second rule for the spread over the same topology',
    of: DEPLOYMENT,
    fields: deployment({ topologySpreadConstraints: [spread('ScheduleAnyway')] }),
    patches: [[{ op: 'add', path: `${POD}/topologySpreadConstraints/-`, value: spread('DoNotSchedule') }]],
    took: ['patch'],
  },
  {
    name: 'what was changed through another version of the kind',
    of: AUTOSCALER,
    fields: {
      spec: {
        scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'x' },
        ...{ minReplicas: 1, maxReplicas: 5, metrics: [cpu(50)] },
      },
    },
    through: AUTOSCALER_V1,
    patches: [[{ op: 'replace', path: '/spec/targetCPUUtilizationPercentage', value: 90 }]],
    took: ['apply'],
  },
  {
    name: 'a false that was removed, beside one that the apiserver keeps no value of',
    of: DEPLOYMENT,
    fields: deployment(
      { hostNetwork: false, automountServiceAccountToken: false },
      { tty: false, ports: [{ containerPort: 80, hostPort: 0 }], securityContext: { allowPrivilegeEscalation: false } },
    ),
    patches: [[{ op: 'remove', path: `${MAIN}/securityContext/allowPrivilegeEscalation` }]],
    took: ['apply'],
  },
  {
    name: 'all settings of a container that were removed',
    of: DEPLOYMENT,
    fields: deployment({ hostNetwork: false }, { securityContext: { allowPrivilegeEscalation: false } }),
    patches: [[{ op: 'remove', path: `${MAIN}/securityContext` }]],
    took: ['apply'],
  },
  {
    name: 'the token of a ServiceAccount that was let in again',
    of: SERVICE_ACCOUNT,
    fields: { automountServiceAccountToken: false },
    patches: [[{ op: 'remove', path: '/automountServiceAccountToken' }]],
    took: ['apply'],
  },
]

describe('is undone, once:', () => {
  it.each(ROWS)('$name', async ({ of, fields, through = of, patches, took }) => {
    const manifest = manifestOf(of, fields)
    await settle(manifest)
    expect(await settle(manifest)).toEqual([])
    const before = await read(of, manifest)
    for (const patch of patches) await change(through, manifest, patch)
    const writer = newWriter()
    expect(await settle(manifest, writer)).toEqual(took)
    expect(await read(of, manifest)).toEqual(before)
    expect(await settle(manifest, writer)).toEqual([])
    expect(await settle(manifest)).toEqual([])
  })
})

describe('what an apiserver puts in by itself is no addition of those who created the object', () => {
  const fieldManager = 'kubectl-create'

  it('that is taken over', async () => {
    const manifest = manifestOf(DEPLOYMENT, deployment({}), { 'flotilla.dev/takeover': 'always' })
    await somebody.create(DEPLOYMENT, { ...manifest, metadata: keyOf(manifest) }, { fieldManager })
    expect(await settle(manifest)).toEqual(['apply', 'apply', 'patch', 'patch'])
    expect(await settle(manifest)).toEqual([])
  })

  it('that was made anew from an edited copy of ours', async () => {
    const manifest = manifestOf(DEPLOYMENT, deployment({ nodeSelector: { disk: 'ssd' } }))
    await settle(manifest)
    const before = await read(DEPLOYMENT, manifest)
    const { spec, ...copy } = JSON.parse(JSON.stringify(await somebody.get(DEPLOYMENT, keyOf(manifest))))
    await somebody.delete(DEPLOYMENT, keyOf(manifest))
    const { name, namespace, labels, annotations } = copy.metadata
    spec.template.spec.nodeSelector.zone = 'a'
    const made = { ...copy, spec, metadata: { name, namespace, labels, annotations } }
    const { metadata } = await somebody.create(DEPLOYMENT, made, { fieldManager })
    await cached(manifest, metadata.resourceVersion)
    const writer = newWriter()
    expect(await settle(manifest, writer)).toEqual(['apply', 'patch', 'patch'])
    expect(await read(DEPLOYMENT, manifest)).toEqual(before)
    expect(await settle(manifest, writer)).toEqual([])
    expect(await settle(manifest)).toEqual([])
  })
})

describe('what was never written for a Work, while the first list of its kind is not there,', () => {
  const work = { ...WORK, isNew: true }
  /** It is told of nothing, and waited for in vain. */
  const filling: typeof informers.ensure = of => ({
    ...informers.ensure(of),
    synced: false,
    lastError: undefined,
    get: () => undefined,
    waitForSync: async signal => signal?.throwIfAborted() ?? new Promise(() => {}),
  })

  it('is made by one write', async () => {
    const manifest = manifestOf(DEPLOYMENT, deployment({}))
    expect(await settle(manifest, newWriter(filling), work)).toEqual(['apply'])
    expect(await settle(manifest)).toEqual([])
  })

  it('is left alone where it is somebody else’s', async () => {
    const manifest = manifestOf(DEPLOYMENT, deployment({}))
    const { metadata } = await somebody.create(DEPLOYMENT, { ...manifest, metadata: keyOf(manifest) })
    await expect(settle(manifest, newWriter(filling), work)).rejects.toThrow('not managed by this system')
    expect((await somebody.get(DEPLOYMENT, keyOf(manifest))).metadata.resourceVersion).toBe(metadata.resourceVersion)
  })

  it('is brought up to date where it is ours already', async () => {
    const manifest = manifestOf(DEPLOYMENT, deployment({ nodeSelector: { disk: 'ssd' } }))
    await settle(manifest)
    const changed = { ...manifest, ...deployment({ nodeSelector: { disk: 'hdd' } }) }
    expect(await settle(changed, newWriter(filling), work)).toEqual(['apply', 'apply'])
    expect(await settle(changed)).toEqual([])
  })
})
