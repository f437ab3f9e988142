import { CLUSTER_RESOURCE_BINDING, NAMESPACE, PRIORITY_CLASS, RESOURCE_BINDING } from './api/kinds.ts'
import { CLUSTER_NAMESPACE, LABEL } from './api/names.ts'
import { startBindingController } from './binding/controller.ts'
import type { Looks } from './clusters/looks.ts'
import type { Configuration } from './configuration.ts'
import { startDetector } from './detector/controller.ts'
import { startAddons } from './host-addons.ts'
import { startClusters } from './host-clusters.ts'
import { startFailover } from './host-failover.ts'
import {
  BY_BINDING,
  BY_CLAIM,
  BY_DEPENDENT,
  BY_PERMANENT_ID,
  BY_TARGET_NAMESPACE,
  type HostInformers,
  startHostInformers,
} from './host-informers.ts'
import { hostTraces, newStatusOwner, startParking } from './host-parking.ts'
import { answeringRoom, placingDeps } from './host-placing.ts'
import { type PreparedHost, prepareHost, startRegistrationUpkeep } from './host-registration.ts'
import { warmTemplates } from './host-warming.ts'
import type { Interpreter } from './interpreter/interpreter.ts'
import type { Client } from './kube/client.ts'
import { isAlreadyExists } from './kube/status-error.ts'
import type { ParkingState } from './parking/parking-state.ts'
import { newTemplateFilter } from './policy/skipped.ts'
import type { PlacementMetrics } from './rendering/placement-metrics.ts'
import type { Replica, ReplicaDeps } from './replica.ts'
import type { ControllerMetrics } from './runtime/controller.ts'
import type { EvictionMetrics } from './runtime/eviction-metrics.ts'
import { type FleetMetrics, fleetStateOf } from './runtime/fleet-metrics.ts'
import type { HostMetrics } from './runtime/host-metrics.ts'
import type { Informer, InformerMetrics } from './runtime/informer.ts'
import { startScheduler } from './scheduler/controller.ts'
import type { MemberRooms } from './scheduling/estimate/member-rooms.ts'
import { startAggregation } from './status/aggregate/controller.ts'
import { startCollection } from './status/collect/controller.ts'

export interface ManagerDeps extends Omit<ReplicaDeps, 'share' | 'fence' | 'leadersRecorder'> {
  readonly metrics: ControllerMetrics &
    InformerMetrics &
    FleetMetrics &
    HostMetrics &
    PlacementMetrics &
    EvictionMetrics
  /** What this process does for members; asked for once the host serves the API. */
  readonly replica: () => Replica
  /** The last start was refused something: nothing is done with members before all lists are there. Default false. */
  readonly isRetry?: boolean
}

/** The running leader: every informer and controller of the host's side. */
export interface Manager {
  /** Why it is not ready yet, by name; empty when all caches are filled. */
  unready(): readonly string[]
  /** Who keeps templates from running on the host at this moment. */
  readonly parking: ParkingState
  /** Ends controllers, then caches; not those of the replica. */
  stop(): Promise<void>
}

const SYNC_LIMIT_MS = 120_000

/**
 * What the leader runs: looks at the host, registers the API, fills the caches of the host, and starts every controller of the
 * host's side once.
 *
 * @throws ReconcileError KarmadaRuns; what registration or the first lists throw, a list that is refused at once; nothing of its
 *   own is left running then.
 */
export async function startManager(deps: ManagerDeps, signal: AbortSignal): Promise<Manager> {
  let begun: Caches | undefined
  const begin = (): Caches => {
    begun ??= beginCaches(deps)
    return begun
  }
  const { prepared, replica, own, host } = await startCaches(deps, begin, signal).catch((error: unknown) => {
    for (const informer of begun?.own.all ?? []) informer.stop()
    throw error
  })
  const { rooms, interpreter, looks } = replica
  warmTemplates({ client: deps.host, host, filter: templateFilterOf(deps.configuration) })
  const found = { ...deps, prepared, rooms, interpreter, looks }
  const clusters = startClusters(clusterDeps(found, host))
  // Nothing is placed by what Clusters said when nobody looked.
  await clusters.known(signal)
  const stops = [...clusters.stops, ...startControllers(found, host)]
  const isAnswering = (cluster: string): boolean =>
    answeringRoom({ clusters: host.clusters, rooms }, cluster) !== undefined
  deps.metrics.watchFleet(() => fleetStateOf(host, isAnswering))
  return {
    get parking() {
      return prepared.parking.current
    },
    unready: () =>
      // Not those of templates: which kinds these are, users decide, and one that can't be listed must not end the Pod.
      host.all.filter(informer => !informer.synced).map(informer => informer.resource.plural),
    stop: async () => {
      await Promise.all(stops.map(stop => stop()))
      host.templates.stop()
      host.priorityClasses.stop()
      for (const informer of own.all) informer.stop()
    },
  }
}

interface Caches {
  readonly replica: Replica
  readonly own: ReturnType<typeof startHostInformers>
  /** Both of theirs. */
  readonly host: HostInformers
}

/** Begins to fill what the leader needs to know. */
function beginCaches(deps: ManagerDeps): Caches {
  const replica = deps.replica()
  const own = startHostInformers(deps, replica.informers)
  return { replica, own, host: { ...replica.informers, ...own, all: [...replica.informers.all, ...own.all] } }
}

/** Prepares the host and fills the caches: at once where the API stands, after its registration where it does not. */
async function startCaches(
  deps: ManagerDeps,
  begin: () => Caches,
  signal: AbortSignal,
): Promise<Caches & { readonly prepared: PreparedHost }> {
  const prepared = await prepareHost({ ...deps, onServed: () => void begin() }, signal)
  const caches = begin()
  const { replica, own, host } = caches
  const refused = [replica.informers.refused(), own.refused()]
  const limit = AbortSignal.any([signal, ...refused, AbortSignal.timeout(SYNC_LIMIT_MS)])
  const early = deps.isRetry === true ? undefined : replica.run(signal)
  // What ends these waits ends that one too, or is told by it.
  early?.catch(() => undefined)
  await Promise.all(host.all.map(informer => informer.waitForSync(limit)))
  await ensureClusterNamespace(deps.host, host.namespaces, signal)
  await (early ?? replica.run(signal))
  return { ...caches, prepared }
}

/** The namespace in which users put the Secrets of members must be there before the first of them. */
async function ensureClusterNamespace(client: Client, namespaces: Informer, signal: AbortSignal): Promise<void> {
  if (namespaces.get({ namespace: '', name: CLUSTER_NAMESPACE }) !== undefined) return
  const metadata = { name: CLUSTER_NAMESPACE, labels: { [LABEL.system]: 'true' } }
  try {
    await client.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata }, { signal })
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}

type Stop = () => Promise<void>

interface ControllerDeps extends ManagerDeps {
  readonly prepared: PreparedHost
  readonly rooms: MemberRooms
  readonly interpreter: Interpreter
  readonly looks: Looks
}

/** Every controller once, in the order of the way of a template (docs/architecture.md); their rules are in host-rules.ts. */
function startControllers(deps: ControllerDeps, host: HostInformers): readonly Stop[] {
  const { clock, log, metrics, recorder, newUid, prepared } = deps
  const { mode: parking } = prepared.parking.current
  const { traces, ofStatus, ofBinding } = hostTraces(parking, host.templates)
  const { concurrency } = deps.configuration
  const shared = {
    host: deps.host,
    clock,
    recorder,
    newUid,
    interpreter: deps.interpreter,
    newController: deps.newController,
    works: host.works,
    clusters: host.clusters,
    templates: host.templates,
    ...placingDeps(deps, host),
    ...deps.configuration.bindingStatus,
    byBinding: BY_BINDING,
  }
  const overrides = { overrides: host.overrides, clusterOverrides: host.clusterOverrides }
  const stores = [
    { kind: RESOURCE_BINDING, informer: host.bindings },
    { kind: CLUSTER_RESOURCE_BINDING, informer: host.clusterBindings },
  ] as const
  return [
    ...startRegistrationUpkeep({ ...deps, ...prepared, newController: deps.newController }),
    startDetector({
      ...shared,
      ...detectorDeps(deps, host),
      parking,
      bindings: { namespaced: stores[0], cluster: stores[1] },
    }),
    ...stores.map(({ kind, informer }) =>
      startScheduler({ ...shared, kind, bindings: informer, concurrency: concurrency.scheduler }),
    ),
    ...stores.map(({ kind, informer }) =>
      startBindingController({ ...shared, ...overrides, kind, bindings: informer, concurrency: concurrency.binding }),
    ),
    startCollection({
      ...shared,
      traces,
      runsOnHost: ofBinding,
      bindings: stores,
      concurrency: concurrency.status,
    }),
    startAggregation({
      ...shared,
      runsOnHost: ofStatus,
      statusOwner: newStatusOwner(prepared.parking),
      onOwnersChange: prepared.parking.onChange,
      bindings: stores,
      concurrency: concurrency.status,
    }),
    ...startParking(parking, {
      ...shared,
      ...{ log, metrics, namespace: deps.configuration.namespace, bindings: host.bindings },
      ...{ policies: host.policies, clusterPolicies: host.clusterPolicies },
    }),
    ...startFailover({ ...shared, ...failoverDeps(deps), stores }),
    ...startAddons({ ...shared, ...addonDeps(deps, host) }),
  ]
}

function templateFilterOf(configuration: Configuration) {
  return newTemplateFilter({
    skippedApis: configuration.skippedPropagatingApis,
    // Its own Deployment must never go to members.
    skippedNamespaces: [...configuration.skippedPropagatingNamespaces, configuration.namespace],
  })
}

function addonDeps({ configuration, rooms }: ControllerDeps, host: HostInformers) {
  const { namespaces, clusterOverrides, bindings, clusterBindings, rebalancers, remedies } = host
  return {
    ...{ namespaces, clusterOverrides, bindings, clusterBindings, rebalancers, remedies },
    descheduler: configuration.descheduler,
    roomOf: (cluster: string) => answeringRoom({ clusters: host.clusters, rooms }, cluster),
    settings: configuration.namespaces,
    isReserved: templateFilterOf(configuration).isSkippedNamespace,
    filter: templateFilterOf(configuration),
    byDependent: BY_DEPENDENT,
    byTargetNamespace: BY_TARGET_NAMESPACE,
    concurrency: configuration.concurrency.namespaces,
  }
}

function detectorDeps({ configuration }: ManagerDeps, host: HostInformers) {
  return {
    concurrency: configuration.concurrency.detector,
    definitions: host.definitions,
    filter: templateFilterOf(configuration),
    policies: {
      policies: host.policies,
      clusterPolicies: host.clusterPolicies,
      preemption: configuration.features.policyPreemption,
      hasOverride: (key: { readonly namespace: string; readonly name: string }) =>
        (key.namespace === '' ? host.clusterOverrides : host.overrides).get(key) !== undefined,
    },
    readPriorityClass: async (name: string, signal: AbortSignal) => {
      const classes = await host.priorityClasses.ensure(PRIORITY_CLASS)
      await classes?.waitForSync(signal)
      return classes?.get({ namespace: '', name })
    },
    policyInformers: { namespaced: host.policies, cluster: host.clusterPolicies },
    byPermanentId: BY_PERMANENT_ID,
    byClaim: BY_CLAIM,
  }
}

function clusterDeps(deps: ControllerDeps, host: HostInformers) {
  const { configuration, clock, log, recorder, looks } = deps
  const { clusters, namespaces, works, bindings, clusterBindings, taintPolicies, agentLeases } = host
  return {
    ...{ host: deps.host, clusters, namespaces, works, taintPolicies, agentLeases, clock, log, recorder, looks },
    bindings: [bindings, clusterBindings],
    newController: deps.newController,
    settings: configuration.clusters,
    concurrency: configuration.concurrency.clusters,
  }
}

function failoverDeps({ configuration, metrics }: ControllerDeps) {
  return { metrics, failover: configuration.failover, concurrency: configuration.concurrency.clusters }
}
