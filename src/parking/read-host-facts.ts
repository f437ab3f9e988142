import type { HostRule } from '../api/host-rule.ts'
import { LEASE, NODE, type Resource } from '../api/kinds.ts'
import { SYSTEM_NAMESPACE } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { isNotFound, StatusError } from '../kube/status-error.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import { readLease } from '../runtime/lease.ts'
import type { HeldLease, HostFacts, Looked } from './host-kind.ts'

export const SERVICE_ACCOUNT: Resource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
}

export const DEPLOYMENT: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}

export const API_SERVICE: Resource = {
  group: 'apiregistration.k8s.io',
  version: 'v1',
  plural: 'apiservices',
  kind: 'APIService',
  namespaced: false,
}

const KUBE_SYSTEM = 'kube-system'

/** A controller manager with credentials for each controller makes these the first time that they run. */
const WORKLOAD_ACCOUNTS = [
  'deployment-controller',
  'replicaset-controller',
  'statefulset-controller',
  'daemon-set-controller',
  'job-controller',
] as const

const CONTROLLER_MANAGER = 'kube-controller-manager'
/** Processes of Karmada that change bindings and Works; all elect their leaders in one namespace. */
const KARMADA_LEASES = ['karmada-controller-manager', 'karmada-scheduler', 'karmada-descheduler'] as const
const KARMADA_API_SERVICE = 'v1alpha1.cluster.karmada.io'

/** Whoever has a live Lease renews it every two seconds, slow ones every ten. */
const SECOND_LOOK_MS = 5_000
/** Clocks do not differ by more: credentials with a lifetime would fail before. */
const MAX_SKEW_MS = 3_600_000
const SAMPLE = 100
const NAMED_DEPLOYMENTS = 2

/**
 * By name where there is one: names of Leases and ServiceAccounts that nobody else uses for anything else. Deployments are
 * read by whoever may read them as templates.
 */
export const HOST_FACT_RULES: readonly HostRule[] = [
  { on: LEASE, names: KARMADA_LEASES, verbs: ['get'] },
  { on: SERVICE_ACCOUNT, names: WORKLOAD_ACCOUNTS, verbs: ['get'] },
  { on: API_SERVICE, names: [KARMADA_API_SERVICE], verbs: ['get'] },
  { on: NODE, verbs: ['list'] },
]

export interface HostFactDeps {
  readonly client: Pick<Client, 'get' | 'listPage' | 'request' | 'readDocument'>
  readonly clock: Clock
}

/**
 * Reads what tells the kind of a host. What we are not allowed to read is said so in the facts. Takes five seconds
 * longer when a Lease looks as if it had just expired: its holder's clock may differ from ours, so it is looked at twice.
 *
 * @throws StatusError, TransportError when the host cannot be asked at all.
 */
export async function readHostFacts(deps: HostFactDeps, signal: AbortSignal): Promise<HostFacts> {
  const { client } = deps
  const [version, mutatingPolicies, workloadAccounts, runDeployments, hasNodes, karmadaLeases, karmadaApiService] =
    await Promise.all([
      newDiscovery(client).serverVersion({ signal }),
      look('admissionregistration.k8s.io/v1', () => servesMutatingPolicies(client, signal)),
      look(`ServiceAccounts in ${KUBE_SYSTEM}`, () => findAccounts(client, signal)),
      look('Deployments', () => findRunDeployments(client, signal)),
      look('Nodes', async () => (await client.listPage(NODE, { limit: 1 }, { signal })).items.length > 0),
      look(`Leases in ${SYSTEM_NAMESPACE}`, () => readKarmadaLeases(deps, signal)),
      look(`APIService ${KARMADA_API_SERVICE}`, () => readAggregatedService(client, signal)),
    ])
  return {
    version: version.gitVersion,
    mutatingPolicies,
    workloadAccounts,
    runDeployments,
    hasNodes,
    karmadaLeases,
    karmadaApiService,
  }
}

/** Whoever may not look says so; everything else that fails is the caller's. */
async function look<T>(what: string, read: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await read() }
  } catch (error) {
    if (error instanceof StatusError && (error.code === 401 || error.code === 403)) {
      return { unread: `${what}: ${error.message}` }
    }
    throw error
  }
}

async function findOrUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** Whether the apiserver serves MutatingAdmissionPolicy in v1. */
async function servesMutatingPolicies(client: Pick<Client, 'request'>, signal: AbortSignal): Promise<boolean> {
  const path = '/apis/admissionregistration.k8s.io/v1'
  const discovered = await findOrUndefined(() => client.request('GET', path, undefined, { signal }))
  return listAt(discovered, 'resources').some(row => stringAt(row, 'name') === 'mutatingadmissionpolicies')
}

async function findAccounts(client: Pick<Client, 'get'>, signal: AbortSignal): Promise<readonly string[]> {
  const found = await Promise.all(
    WORKLOAD_ACCOUNTS.map(name =>
      findOrUndefined(() => client.get(SERVICE_ACCOUNT, { namespace: KUBE_SYSTEM, name }, { signal })),
    ),
  )
  return found.flatMap(account => (account === undefined ? [] : [account.metadata.name]))
}

async function findRunDeployments(client: Pick<Client, 'listPage'>, signal: AbortSignal): Promise<readonly string[]> {
  const { items } = await client.listPage(DEPLOYMENT, { limit: SAMPLE }, { signal })
  return items
    .filter(hasStatusOfControllerManager)
    .slice(0, NAMED_DEPLOYMENTS)
    .map(({ metadata }) => `${metadata.namespace}/${metadata.name}`)
}

function hasStatusOfControllerManager(object: KubeObject): boolean {
  return listAt(object, 'metadata', 'managedFields').some(
    entry => stringAt(entry, 'manager') === CONTROLLER_MANAGER && stringAt(entry, 'subresource') === 'status',
  )
}

async function readKarmadaLeases(deps: HostFactDeps, signal: AbortSignal): Promise<readonly HeldLease[]> {
  const leases = await Promise.all(KARMADA_LEASES.map(name => readHeld(deps, name, signal)))
  return leases.flatMap(lease => lease ?? [])
}

/** @returns undefined when there is no such Lease, or nobody holds it. */
async function readHeld(deps: HostFactDeps, name: string, signal: AbortSignal): Promise<HeldLease | undefined> {
  const key = { namespace: SYSTEM_NAMESPACE, name }
  const read = () => findOrUndefined(() => deps.client.get(LEASE, key, { signal }))
  const object = await read()
  if (object === undefined) return undefined
  const first = readLease(object)
  if (first.holder === '') return undefined
  const held = { lease: `${SYSTEM_NAMESPACE}/${name}`, holder: first.holder, renewTime: first.renewTime }
  const ageMs = Math.abs(deps.clock.nowMs() - Date.parse(first.renewTime))
  if (ageMs <= first.durationMs) return { ...held, live: true }
  if (!(ageMs <= MAX_SKEW_MS)) return { ...held, live: false }
  await sleep(deps.clock, SECOND_LOOK_MS, signal)
  const second = readLease((await read()) ?? object)
  const { holder, renewTime } = second
  return { ...held, holder, renewTime, live: holder !== '' && renewTime !== first.renewTime }
}

/** An APIService that the apiserver made for a CRD points at no Service. */
async function readAggregatedService(client: Pick<Client, 'get'>, signal: AbortSignal): Promise<string | undefined> {
  const object = await findOrUndefined(() =>
    client.get(API_SERVICE, { namespace: '', name: KARMADA_API_SERVICE }, { signal }),
  )
  const service = stringAt(object, 'spec', 'service', 'name')
  return service === undefined ? undefined : `${stringAt(object, 'spec', 'service', 'namespace') ?? ''}/${service}`
}
