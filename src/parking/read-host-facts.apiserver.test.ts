import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { type Apiserver, START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { LEASE, NAMESPACE, SERVICE_ACCOUNT } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { type Clock, systemClock } from '../runtime/clock.ts'
import { leaseObject, microTime } from '../runtime/lease.ts'
import { newTestClient } from '../testing/apiserver-client.ts'
import { assessHost } from './host-kind.ts'
import { API_SERVICE, readHostFacts } from './read-host-facts.ts'

let apiserver: Apiserver
let client: Client
const { signal } = new AbortController()
const KEY = { namespace: 'karmada-system', name: 'karmada-controller-manager' }

beforeAll(async () => {
  apiserver = await startApiserver()
  client = newTestClient(apiserver.cluster.endpoint)
  await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: KEY.namespace } })
}, START_TIMEOUT_MS)

afterAll(async () => {
  await client?.close()
  await apiserver?.stop()
})

const lease = (agoMs: number, holder = 'karmada-1') =>
  leaseObject(KEY, {
    holder,
    durationMs: 15_000,
    acquireTime: '',
    renewTime: microTime(Date.now() - agoMs),
    transitions: 0,
  })

const read = (by: Client = client, clock: Clock = systemClock) => readHostFacts({ client: by, clock }, signal)

/** Runs a callback when a wait begins, and ends it at once. */
const clockThatRuns = (duringWait: () => Promise<unknown>): Clock => ({
  ...systemClock,
  after: (_, callback) => {
    void duringWait().then(callback)
    return () => {}
  },
})

describe('readHostFacts', () => {
  it('finds nothing on an apiserver alone', async () => {
    const facts = await read()
    expect(facts).toEqual({
      version: expect.stringMatching(/^v1\.\d+/),
      mutatingPolicies: { found: true },
      workloadAccounts: { found: [] },
      runDeployments: { found: [] },
      hasNodes: { found: false },
      karmadaLeases: { found: [] },
      karmadaApiService: { found: undefined },
    })
    expect(assessHost(facts).kind).toBe('dedicated')
  })

  it('says what it may not read, and assumes an ordinary host then', async () => {
    const identity = { serviceAccount: 'nobody', namespace: 'default' }
    const { token } = await apiserver.cluster.kubeconfigFor(identity)
    const nobody = newTestClient({ ...apiserver.cluster.endpoint, token })
    const facts = await read(nobody)
    expect(facts.hasNodes).toEqual({ unread: expect.stringContaining('Nodes: nodes is forbidden') })
    expect(facts.karmadaLeases).toEqual({ unread: expect.stringContaining('Leases in karmada-system: ') })
    expect(assessHost(facts).kind).toBe('ordinary')
    await nobody.close()
  })

  it('takes the ServiceAccount of a controller for the controller', async () => {
    const metadata = { name: 'job-controller', namespace: 'kube-system' }
    await client.create(SERVICE_ACCOUNT, { apiVersion: 'v1', kind: 'ServiceAccount', metadata })
    expect((await read()).workloadAccounts).toEqual({ found: ['job-controller'] })
    await client.delete(SERVICE_ACCOUNT, metadata)
  })

  it('tells an aggregated apiserver from the APIService that belongs to a CRD', async () => {
    const name = 'v1alpha1.cluster.karmada.io'
    const object = (service?: object) => ({
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name },
      spec: {
        group: 'cluster.karmada.io',
        version: 'v1alpha1',
        groupPriorityMinimum: 2000,
        versionPriority: 10,
        service,
      },
    })
    await client.create(API_SERVICE, object())
    expect((await read()).karmadaApiService).toEqual({ found: undefined })
    await client.delete(API_SERVICE, { namespace: '', name })
    const service = { namespace: KEY.namespace, name: 'karmada-aggregated-apiserver' }
    await client.apply(API_SERVICE, {
      ...object(service),
      spec: { ...object(service).spec, insecureSkipTLSVerify: true },
    })
    expect((await read()).karmadaApiService).toEqual({ found: 'karmada-system/karmada-aggregated-apiserver' })
    await client.delete(API_SERVICE, { namespace: '', name })
  })
})

describe('the Lease of Karmada', () => {
  beforeEach(async () => {
    await client.delete(LEASE, KEY).catch(() => undefined)
  })

  it.each([
    { name: 'live: renewed a moment ago', agoMs: 2_000, holder: 'karmada-1', live: [true] },
    { name: 'over: not renewed for days', agoMs: 200_000_000, holder: 'karmada-1', live: [false] },
    { name: 'given up: nobody holds it', agoMs: 1_000, holder: '', live: [] },
  ])('is $name', async ({ agoMs, holder, live }) => {
    await client.create(LEASE, lease(agoMs, holder))
    const { karmadaLeases } = await read()
    expect('found' in karmadaLeases && karmadaLeases.found.map(each => each.live)).toEqual(live)
  })

  it('is looked at twice when it seems to have expired: it is live when its holder, whose clock is slow, renews it', async () => {
    const created = await client.create(LEASE, lease(60_000))
    const renew = () => client.update(LEASE, { ...created, spec: lease(58_000)['spec'] })
    const { karmadaLeases } = await read(client, clockThatRuns(renew))
    expect(karmadaLeases).toMatchObject({ found: [{ lease: `${KEY.namespace}/${KEY.name}`, live: true }] })
  })

  it('is over when it stays as it was, or is given up meanwhile', async () => {
    const created = await client.create(LEASE, lease(60_000))
    const idle = await read(
      client,
      clockThatRuns(async () => undefined),
    )
    expect(idle.karmadaLeases).toMatchObject({ found: [{ live: false }] })
    const release = () => client.update(LEASE, { ...created, spec: lease(0, '')['spec'] })
    const released = await read(client, clockThatRuns(release))
    expect(released.karmadaLeases).toMatchObject({ found: [{ live: false }] })
  })
})
