import type { HostRule } from '../api/host-rule.ts'
import { LEASE, NODE, type Resource, SERVICE_ACCOUNT } from '../api/kinds.ts'
import { SYSTEM_NAMESPACE } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { newDiscovery } from '../kube/discovery.ts'
import { findOrUndefined, look } from '../kube/look.ts'
import { listAt, stringAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Clock } from '../runtime/clock.ts'
import { type HeldLease, readHeldLease } from '../runtime/held-lease.ts'
import type { HostFacts } from './host-kind.ts'

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
 * Reads what tells the kind of a host. What we are not allowed to read is said so in the facts.
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
  const leases = await Promise.all(
    KARMADA_LEASES.map(name => readHeldLease(deps, { namespace: SYSTEM_NAMESPACE, name }, signal)),
  )
  return leases.flatMap(lease => lease ?? [])
}

/** An APIService that the apiserver made for a CRD points at no Service. */
async function readAggregatedService(client: Pick<Client, 'get'>, signal: AbortSignal): Promise<string | undefined> {
  const object = await findOrUndefined(() =>
    client.get(API_SERVICE, { namespace: '', name: KARMADA_API_SERVICE }, { signal }),
  )
  const service = stringAt(object, 'spec', 'service', 'name')
  return service === undefined ? undefined : `${stringAt(object, 'spec', 'service', 'namespace') ?? ''}/${service}`
}
