import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import {
  CLUSTER,
  CUSTOM_RESOURCE_DEFINITION,
  NAMESPACE,
  PROPAGATION_POLICY,
  RESOURCE_BINDING,
  WORK,
} from '../api/kinds.ts'
import { ANNOTATION, LABEL } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { newClient, type RequestReport } from '../kube/new-client.ts'
import { listAt, objectAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { systemClock } from '../runtime/clock.ts'
import { newObject } from '../testing/admission-cases/admission-case.ts'
import { newKeptLog, silentLog } from '../testing/silent-log.ts'
import { readOwnUser } from './admission.ts'
import { listCustomResources } from './custom-resources.ts'
import { registerApi } from './register-api.ts'
import { CLUSTER_ROLE, VALIDATING_ADMISSION_POLICY } from './resources.ts'

// A whole registration writes two dozen objects: a second on an idle machine.
jest.setTimeout(120_000)

let apiserver: Apiserver
let client: Client
/** Somebody else with all rights. */
let visitor: Client
let reports: RequestReport[] = []
const { signal } = new AbortController()

async function connect(): Promise<void> {
  const { url, ca, token } = apiserver.cluster.endpoint
  const server = { name: 'host', server: url, caPem: ca }
  client = newClient(
    { ...server, token: { type: 'static', token } },
    { onRequest: report => void reports.push(report) },
  )
  const identity = { serviceAccount: 'visitor', namespace: 'default', clusterRole: 'cluster-admin' }
  const other = await apiserver.cluster.kubeconfigFor(identity)
  visitor = newClient({ ...server, token: { type: 'static', token: other.token } })
}

beforeAll(async () => {
  apiserver = await startApiserver()
  await connect()
}, START_TIMEOUT_MS)

afterAll(async () => {
  await visitor?.close()
  await client?.close()
  await apiserver?.stop()
})

const register = (options: Partial<Parameters<typeof registerApi>[1]> = {}, log = silentLog) =>
  registerApi({ client, clock: systemClock, log }, { installCrds: true, ...options }, signal)

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** Repeats a write until it is refused, since new policies take a moment; gives the refusal. */
async function refusal(write: () => Promise<unknown>): Promise<string> {
  for (let tries = 0; tries < 100; tries++) {
    try {
      await write()
    } catch (error) {
      return messageOf(error)
    }
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  return 'never refused'
}

describe('registerApi', () => {
  it('tells what to do when the CRDs are left to somebody else and are not there', async () => {
    await expect(register({ installCrds: false })).rejects.toThrow('let the operator install it (crds.install)')
  })

  it('installs everything on an empty host, and its kinds are served at once', async () => {
    const { written, admission } = await register()
    expect(admission).toBe(true)
    expect(written).toEqual(expect.arrayContaining(['works.work.karmada.io', 'flotilla-deletion-protection']))
    expect((await client.list(PROPAGATION_POLICY)).items).toEqual([])
  })

  it('writes nothing when it starts again', async () => {
    reports = []
    expect((await register()).written).toEqual([])
    expect(reports.filter(report => !['get', 'list', 'request'].includes(report.verb))).toEqual([])
  })

  it('reads no CRD one by one when it starts again', () =>
    expect(reports.filter(({ resource }) => resource?.kind === 'CustomResourceDefinition')).toMatchObject([
      { verb: 'list' },
    ]))

  it('tells that all is served only where nothing is to be written', async () => {
    let told = 0
    const onServed = (): void => void told++
    await register({ onServed })
    expect(told).toBe(1)
    await register({ onServed, installCrds: false })
    expect(told).toBe(2)
    await client.patch(
      CUSTOM_RESOURCE_DEFINITION,
      { namespace: '', name: 'works.work.karmada.io' },
      { type: 'merge', body: { metadata: { annotations: { [ANNOTATION.registeredDigest]: 'other' } } } },
    )
    expect((await register({ onServed })).written).toEqual(['works.work.karmada.io'])
    expect(told).toBe(2)
  })

  it('makes its admission policies belong to a ClusterRole, once it is there', async () => {
    const name = 'flotilla-owner'
    const ownersOf = async () => {
      const { items } = await client.list(VALIDATING_ADMISSION_POLICY)
      return items.map(item => item.metadata.ownerReferences?.map(owner => owner.uid))
    }
    expect((await register({ ownerClusterRole: name })).written).toEqual([])
    const role = await client.create(CLUSTER_ROLE, {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name },
    })
    expect((await register({ ownerClusterRole: name })).written).toContain('flotilla-deletion-protection')
    expect(new Set((await ownersOf()).flat())).toEqual(new Set([role.metadata.uid]))
    expect((await register({ ownerClusterRole: name })).written).toEqual([])
    await register()
    expect((await ownersOf()).every(owners => owners === undefined)).toBe(true)
  })

  it('restores a CRD that somebody changed', async () => {
    const name = 'works.work.karmada.io'
    const body = [{ op: 'remove', path: '/spec/versions/0/additionalPrinterColumns' } as const]
    await client.patch(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name }, { type: 'json', body })
    expect((await register()).written).toEqual([name])
    expect((await register()).written).toEqual([])
  })

  it.each([
    { what: 'an annotation of ours', metadata: { annotations: { [ANNOTATION.registeredDigest]: 'other' } } },
    { what: 'our label', metadata: { labels: { 'app.kubernetes.io/part-of': null } } },
  ])('restores a CRD that lost $what, and knows it as its own from then on', async ({ metadata }) => {
    const name = 'remedies.remedy.karmada.io'
    await client.patch(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name }, { type: 'merge', body: { metadata } })
    expect((await register()).written).toEqual([name])
    reports = []
    expect((await register()).written).toEqual([])
    expect(reports.filter(({ resource }) => resource?.kind === 'CustomResourceDefinition')).toHaveLength(1)
  })

  it('takes a converted CRD of another installation over', async () => {
    const name = 'resourcebindings.work.karmada.io'
    const key = { namespace: '', name }
    const before = await client.get(CUSTOM_RESOURCE_DEFINITION, key)
    const webhook = { conversionReviewVersions: ['v1'], clientConfig: { url: 'https://127.0.0.1:9/convert' } }
    const conversion = { strategy: 'Webhook', webhook }
    const older = { ...objectAt(listAt(before, 'spec', 'versions')[0]), name: 'v1alpha1', storage: false }
    const body = {
      metadata: { annotations: { [ANNOTATION.apiVersion]: null, [ANNOTATION.registeredDigest]: null } },
      spec: { conversion, versions: [older, ...listAt(before, 'spec', 'versions')] },
    }
    await client.patch(CUSTOM_RESOURCE_DEFINITION, key, { type: 'merge', body }, { fieldManager: 'karmada' })
    expect((await register()).written).toEqual([name])
    const after = await client.get(CUSTOM_RESOURCE_DEFINITION, key)
    expect(after.spec).toMatchObject({ conversion: { strategy: 'None' }, versions: [{ name: 'v1alpha2' }] })
    expect((await register()).written).toEqual([])
  })

  it('upgrades, and an older operator leaves what the newer one registered, and says so', async () => {
    expect((await register({ version: '99.0.0' })).written).toContain('works.work.karmada.io')
    const log = newKeptLog()
    expect((await register({}, log)).written).toEqual([])
    const warning = { level: 'warn', message: 'CRD left as it is: a newer version registered it' }
    expect(log.lines).toContainEqual(
      expect.objectContaining({ ...warning, fields: { name: 'works.work.karmada.io', version: '99.0.0' } }),
    )
  })

  it('removes an admission policy that the version has no more', async () => {
    const policy = await client.get(VALIDATING_ADMISSION_POLICY, { namespace: '', name: 'flotilla-clusters' })
    const { labels, annotations } = policy.metadata
    const metadata = { name: 'flotilla-former', labels: { ...labels }, annotations: { ...annotations } }
    const { apiVersion, kind, spec } = policy
    await client.create(VALIDATING_ADMISSION_POLICY, { apiVersion, kind, metadata, spec })
    await register({ version: '99.0.1' })
    const { items } = await client.list(VALIDATING_ADMISSION_POLICY)
    expect(items.map(item => item.metadata.name)).toContain('flotilla-clusters')
    expect(items.map(item => item.metadata.name)).not.toContain('flotilla-former')
  })
})

describe('rules on updates', () => {
  const KEY = { namespace: 'default', name: 'example' }
  const resourceSelectors = [{ apiVersion: 'v1', kind: 'ConfigMap' }]
  const policy = newObject(PROPAGATION_POLICY, { metadata: { namespace: 'default' }, spec: { resourceSelectors } })
  const merge = (by: Client, body: Readonly<Record<string, unknown>>) =>
    by.patch(PROPAGATION_POLICY, KEY, { type: 'merge', body })
  const id = (value: string | null) => ({ metadata: { labels: { [PROPAGATION_POLICY.permanentIdLabel]: value } } })

  it('§2.1 schedulerName stays', async () => {
    await client.create(PROPAGATION_POLICY, policy)
    expect(await refusal(() => merge(visitor, { spec: { schedulerName: 'other' } }))).toContain(
      'schedulerName should not be updated',
    )
  })

  it('§2.2, §2.3 a permanent-id can be given, and then only the operator changes it', async () => {
    await merge(client, id('one'))
    expect(await refusal(() => merge(visitor, id('two')))).toContain('is immutable')
    expect(await refusal(() => merge(visitor, id(null)))).toContain('is immutable')
    expect(await readOwnUser(client, signal)).not.toBe(await readOwnUser(visitor, signal))
    expect((await merge(client, id('three'))).metadata.labels).toEqual({
      [PROPAGATION_POLICY.permanentIdLabel]: 'three',
    })
  })

  it('§6.1 the dependencies annotation is a list', async () => {
    const spec = { resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'a' } }
    const name = 'resourcebinding.karmada.io/dependencies'
    const create = (value: string) =>
      client.create(
        RESOURCE_BINDING,
        newObject(RESOURCE_BINDING, { metadata: { namespace: 'default', annotations: { [name]: value } }, spec }),
        { dryRun: true },
      )
    expect(await refusal(() => create('{}'))).toContain('must be valid JSON')
    await expect(create('[\n{"kind":"Secret"}\n]')).resolves.toBeDefined()
  })

  it('§14 what is protected is not deleted, whatever its kind', async () => {
    const protect = (value: string): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: `protected-${value.toLowerCase()}`, labels: { [LABEL.deletionProtected]: value } },
    })
    const remove = (value: string) => () => client.delete(NAMESPACE, { namespace: '', name: `protected-${value}` })
    await client.create(NAMESPACE, protect('Always'))
    await client.create(NAMESPACE, protect('Never'))
    expect(await refusal(remove('always'))).toContain(
      'This resource is protected, please make sure to remove the label',
    )
    await expect(remove('never')()).resolves.toBeUndefined()
  })

  it('§15 the status is written apart: a write of the spec neither sets nor clears it', async () => {
    const key = { namespace: '', name: 'm1' }
    const status = { kubernetesVersion: 'v1.36.3' }
    const cluster = newObject(CLUSTER, { metadata: { name: 'm1' }, spec: { syncMode: 'Push' } })
    const created = await client.create(CLUSTER, { ...cluster, status })
    expect(created.status).toBeUndefined()
    expect(created.metadata.generation).toBe(1)
    await client.patch(CLUSTER, key, { type: 'merge', body: { status } }, { subresource: 'status' })
    const changed = await client.patch(CLUSTER, key, { type: 'merge', body: { spec: { region: 'eu' } } })
    expect(changed).toMatchObject({ status, metadata: { generation: 2 } })
  })
})

describe('kubectl', () => {
  it('explains a field in a sentence', async () => {
    const text = await apiserver.cluster.kubectl(['explain', 'pp.spec.placement.spreadConstraints.maxGroups'])
    expect(text).toContain('At most so many groups are used.')
  })

  it('shows the columns of a cluster, more of them with -o wide', async () => {
    const body = {
      spec: { zones: ['a', 'b'], apiEndpoint: 'https://10.0.0.1:6443', provider: 'p' },
    }
    await client.patch(CLUSTER, { namespace: '', name: 'm1' }, { type: 'merge', body })
    const narrow = await apiserver.cluster.kubectl(['get', 'clusters'])
    expect(narrow.split('\n')[0]?.split(/\s+/).filter(Boolean)).toEqual(['NAME', 'VERSION', 'MODE', 'READY', 'AGE'])
    const wide = await apiserver.cluster.kubectl(['get', 'clusters', '-o', 'wide'])
    expect(wide).toMatch(
      /ZONES +REGION +PROVIDER +API-ENDPOINT +PROXY-URL\nm1 .*\["a","b"\] +eu +p +https:\/\/10\.0\.0\.1:6443/,
    )
  })

  it('knows the short names and the category', async () => {
    const work = newObject(WORK, {
      metadata: { namespace: 'default', name: 'w' },
      spec: { workload: { manifests: [{ apiVersion: 'v1', kind: 'ConfigMap', anything: { is: 'kept' } }] } },
    })
    expect((await client.create(WORK, work)).spec).toEqual(work.spec)
    expect(await apiserver.cluster.kubectl(['get', 'wk', 'w'])).toMatch(/WORKLOAD-KIND +APPLIED +AGE\nw +ConfigMap/)
    expect(await apiserver.cluster.kubectl(['get', 'karmada-io', '-A'])).toContain('work.work.karmada.io/w')
  })

  it('is not warned about any CRD', async () => {
    for (const manifest of listCustomResources()) {
      const object = await client.get(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name: manifest.metadata.name })
      const conditions = listAt(object, 'status', 'conditions')
      const refused = conditions.filter(
        one => stringAt(one, 'status') === 'True' && stringAt(one, 'type') === 'NonStructuralSchema',
      )
      expect(refused).toEqual([])
    }
  })
})
