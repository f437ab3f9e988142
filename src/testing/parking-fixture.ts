import { afterAll, beforeAll } from '@jest/globals'
import { START_TIMEOUT_MS, startApiserver } from '../../e2e/controlplane/start-apiserver.ts'
import { CONFIG_MAP, NAMESPACE, type Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { JsonObject, KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { keyOf } from '../object/object-key.ts'
import { buildIndex, type IndexedSelector } from '../parking/index-entries.ts'
import { PARKABLE_KINDS } from '../parking/mechanisms.ts'
import { isParked } from '../parking/park.ts'
import { registerApi } from '../registration/register-api.ts'
import { sleep, systemClock } from '../runtime/clock.ts'
import { newObject } from './admission-cases/admission-case.ts'
import { newTestClient } from './apiserver-client.ts'
import { silentLog } from './silent-log.ts'

/** Namespace of the operator that registered the policies. */
export const OPERATOR_NAMESPACE = 'flotilla-system'
/** A namespace where everything is selected. */
export const EVERYTHING = 'everything'

const LOOK_MS = 100
const MOST_LOOKS = 300
const PROBE = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'probe' }

/** An apiserver that parks, without any controller beside it. */
export interface ParkingFixture {
  /** Who registered the policies: the operator to them. */
  readonly operator: Client
  /** Somebody else with all rights. */
  readonly user: Client
  /** @returns the object as it would be written for the user; nothing is stored. */
  wouldBe(object: KubeObject): Promise<KubeObject>
  /** Creates an object as the user. */
  create(object: KubeObject): Promise<KubeObject>
  /** Merges into an object as the user. */
  patch(object: KubeObject, body: JsonObject): Promise<KubeObject>
  /** Waits until a Deployment called `probe` would be parked in a namespace, or not any more. */
  probe(namespace: string, isWanted?: boolean): Promise<void>
  newNamespace(name: string, labels?: Readonly<Record<string, string>>): Promise<string>
  /** Writes what the operator would, for these selectors and the probe, and waits for it if it is a namespace's own. */
  index(namespace: string, selectors: readonly IndexedSelector[], name?: string): Promise<void>
}

/** To be called where a suite begins: the apiserver is there from before its first test to after its last one. */
export function useParkingApiserver(): ParkingFixture {
  let running: { readonly operator: Client; readonly user: Client } | undefined
  let stop = async (): Promise<void> => undefined
  const clients = () => {
    if (running === undefined) throw new Error('the apiserver of this suite has not started yet')
    return running
  }
  const fixture = newFixture(clients)

  beforeAll(async () => {
    const apiserver = await startApiserver()
    const { url, ca } = apiserver.cluster.endpoint
    const operator = newTestClient(apiserver.cluster.endpoint)
    const identity = { serviceAccount: 'user', namespace: 'default', clusterRole: 'cluster-admin' }
    const { token } = await apiserver.cluster.kubeconfigFor(identity)
    running = { operator, user: newTestClient({ url, ca, token }) }
    stop = async () => {
      await Promise.all([running?.operator.close(), running?.user.close()])
      await apiserver.stop()
    }
    const options = {
      installCrds: true,
      parking: { namespace: OPERATOR_NAMESPACE, skippedNamespaces: ['skipped-.*'] },
    }
    const { signal } = new AbortController()
    await registerApi({ client: operator, clock: systemClock, log: silentLog }, options, signal)
    await fixture.newNamespace(OPERATOR_NAMESPACE)
    await fixture.index(
      await fixture.newNamespace(EVERYTHING),
      PARKABLE_KINDS.map(({ resource: { kind, ...row } }) => ({ kind, apiVersion: formatApiVersion(row) })),
    )
  }, START_TIMEOUT_MS)

  afterAll(() => stop())
  return fixture
}

function newFixture(clients: () => Pick<ParkingFixture, 'operator' | 'user'>): ParkingFixture {
  const fixture: ParkingFixture = {
    get operator() {
      return clients().operator
    },
    get user() {
      return clients().user
    },
    wouldBe: object => clients().user.create(resourceOf(object.kind), object, { dryRun: true }),
    create: object => clients().user.create(resourceOf(object.kind), object),
    patch: (object, body) => clients().user.patch(resourceOf(object.kind), keyOf(object), { type: 'merge', body }),
    // Policies and their parameters reach admission by watches.
    probe: async (namespace, isWanted = true) => {
      const look = () => fixture.wouldBe(deployment({ name: PROBE.name, namespace }))
      for (let looks = 0; isParked(await look()) !== isWanted; looks++) {
        if (looks === MOST_LOOKS) throw new Error(`${namespace}: the apiserver did not learn of it`)
        await sleep(systemClock, LOOK_MS)
      }
    },
    newNamespace: async (name, labels = {}) => {
      await clients().operator.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } })
      return name
    },
    index: async (namespace, selectors, name = 'flotilla-parking-v1') => {
      const { data } = buildIndex([{ spec: { resourceSelectors: [...selectors, PROBE] } }])
      const metadata = { name, namespace }
      await clients().operator.apply(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data })
      if (namespace !== OPERATOR_NAMESPACE) await fixture.probe(namespace)
    },
  }
  return fixture
}

/** The resource of a kind that is parked or guarded. */
export function resourceOf(kind: string): Resource {
  const known = PARKABLE_KINDS.map(({ resource }) => resource)
  const found = known.find(resource => resource.kind === kind)
  if (found === undefined) throw new Error(`no such kind: ${kind}`)
  return found
}

/** An object of such a kind, called `web` unless it says otherwise. */
export function parkable(kind: string, metadata: Partial<ObjectMeta>, spec: object): KubeObject {
  return { apiVersion: formatApiVersion(resourceOf(kind)), kind, metadata: { name: 'web', ...metadata }, spec }
}

const containers = [{ name: 'main', image: 'main:1' }]

/** The spec of a workload of Pods; `podSpec` is laid over that of its Pods. */
export function ofPods(podSpec: object = {}): object {
  return {
    selector: { matchLabels: { app: 'web' } },
    template: { metadata: { labels: { app: 'web' } }, spec: { containers, ...podSpec } },
  }
}

/** A Deployment called `web` unless it says otherwise. */
export function deployment(metadata: Partial<ObjectMeta>, spec: object = {}): KubeObject {
  return parkable('Deployment', metadata, { ...ofPods(), ...spec })
}

/** A policy that selects the probe as well; not created. */
export function selectingPolicy(
  kind: Resource,
  metadata: ObjectMeta,
  resourceSelectors: readonly object[],
): KubeObject {
  const { namespace = '', ...clusterWide } = metadata
  const probe = { ...PROBE, ...(!kind.namespaced && { namespace }) }
  const spec = { resourceSelectors: [...resourceSelectors, probe], placement: {} }
  return newObject(kind, { metadata: { ...(kind.namespaced ? metadata : clusterWide) }, spec })
}
