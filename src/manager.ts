import { CLUSTER_RESOURCE_BINDING, NAMESPACE, PRIORITY_CLASS, RESOURCE_BINDING } from './api/kinds.ts'
import { CLUSTER_NAMESPACE, LABEL } from './api/names.ts'
import { startBindingController } from './binding/controller.ts'
import type { Configuration } from './configuration.ts'
import { startDetector } from './detector/controller.ts'
import { startExecution } from './execution/controller.ts'
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
import { newInterpreting } from './host-interpreting.ts'
import { hostTraces, newStatusOwner, startParking } from './host-parking.ts'
import { answeringRoom, placingDeps } from './host-placing.ts'
import { type PreparedHost, prepareHost, startRegistrationUpkeep } from './host-registration.ts'
import type { Client } from './kube/client.ts'
import { isAlreadyExists } from './kube/status-error.ts'
import { type MemberConnectionDeps, newMemberConnections } from './member-connections.ts'
import type { MemberRegistry } from './members/member-registry.ts'
import { type MissingRights, newMissingRights } from './members/missing-rights.ts'
import type { ParkingState } from './parking/parking-state.ts'
import { newTemplateFilter } from './policy/skipped.ts'
import type { PlacementMetrics } from './rendering/placement-metrics.ts'
import { type ControllerMetrics, type ControllerOptions, newController } from './runtime/controller.ts'
import type { EvictionMetrics } from './runtime/eviction-metrics.ts'
import { type FleetMetrics, fleetStateOf } from './runtime/fleet-metrics.ts'
import type { HostMetrics } from './runtime/host-metrics.ts'
import type { Informer, InformerMetrics } from './runtime/informer.ts'
import type { Recorder } from './runtime/recorder.ts'
import { startScheduler } from './scheduler/controller.ts'
import { type MemberRooms, newMemberRooms } from './scheduling/estimate/member-rooms.ts'
import { startAggregation } from './status/aggregate/controller.ts'
import { startCollection } from './status/collect/controller.ts'
import { startReflection } from './status/reflect/controller.ts'

export interface ManagerDeps extends MemberConnectionDeps {
  readonly host: Client
  readonly recorder: Recorder
  readonly metrics: ControllerMetrics &
    InformerMetrics &
    FleetMetrics &
    HostMetrics &
    PlacementMetrics &
    EvictionMetrics
  /** Drops the series of a cluster that is gone. Never rejects. */
  readonly forgetMetricsOf: (cluster: string) => Promise<void>
  readonly newUid: () => string
  readonly random: () => number
}

/** The running operator: every informer and controller. */
export interface Manager {
  /** Why it is not ready yet, by name; empty when all caches are filled. */
  unready(): readonly string[]
  /** Who keeps templates from running on the host at this moment. */
  readonly parking: ParkingState
  /** Ends controllers, then caches and connections. */
  stop(): Promise<void>
}

const SYNC_LIMIT_MS = 120_000
const FORGET_AFTER_MS = 30_000

/**
 * The composition root: looks at the host, registers the API, fills the caches of the host, and starts every controller once.
 *
 * @throws ReconcileError KarmadaRuns; what registration or the first lists throw, a list that is refused at once; nothing is
 *   left running then.
 */
export async function startManager(deps: ManagerDeps, signal: AbortSignal): Promise<Manager> {
  const prepared = await prepareHost(deps, signal)
  const host = startHostInformers(deps)
  const members = newMemberConnections(deps, host.clusters)
  try {
    const limit = AbortSignal.any([signal, host.refused, AbortSignal.timeout(SYNC_LIMIT_MS)])
    await Promise.all(host.all.map(informer => informer.waitForSync(limit)))
    await ensureClusterNamespace(deps.host, host.namespaces, signal)
  } catch (error) {
    members.stop()
    for (const informer of host.all) informer.stop()
    throw error
  }
  const rooms = newMemberRooms(deps.clock)
  const found = { ...deps, prepared, rooms, rights: newMissingRights() }
  const clusters = startClusters(clusterDeps(found, host, members))
  // Nothing is placed by what Clusters said when nobody looked.
  await clusters.known(signal)
  const stops = [...clusters.stops, ...startControllers(found, host, members)]
  const isAnswering = (cluster: string): boolean =>
    answeringRoom({ clusters: host.clusters, rooms }, cluster) !== undefined
  deps.metrics.watchFleet(() => fleetStateOf(host, isAnswering))
  host.clusters.addHandler(({ type, object }) => {
    // By then its connection is down, and nothing counts any more.
    if (type === 'deleted') deps.clock.after(FORGET_AFTER_MS, () => void deps.forgetMetricsOf(object.metadata.name))
  })
  return {
    get parking() {
      return prepared.parking.current
    },
    unready: () =>
      // Not those of templates: which kinds these are, users decide, and one that can't be listed must not end the Pod.
      host.all.filter(informer => !informer.synced).map(informer => informer.resource.plural),
    stop: async () => {
      await Promise.all(stops.map(stop => stop()))
      members.stop()
      host.templates.stop()
      host.priorityClasses.stop()
      for (const informer of host.all) informer.stop()
    },
  }
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
  readonly rights: MissingRights
}

/** Every controller once, in the order of the way of a template (docs/architecture.md); their rules are in host-rules.ts. */
function startControllers(deps: ControllerDeps, host: HostInformers, members: MemberRegistry): readonly Stop[] {
  const { clock, log, metrics, recorder, newUid, prepared } = deps
  const { mode: parking } = prepared.parking.current
  const { traces, ofStatus, ofBinding } = hostTraces(parking, host.templates)
  const { concurrency } = deps.configuration
  const interpreting = newInterpreting(clock, newUid)
  const shared = {
    host: deps.host,
    clock,
    recorder,
    newUid,
    interpreter: interpreting.interpreter,
    newController: (options: ControllerOptions) => newController(options, { clock, log, metrics }),
    works: host.works,
    clusters: host.clusters,
    templates: host.templates,
    members,
    owns: ownsOf(host),
    rights: deps.rights,
    ...placingDeps(deps, host),
    byBinding: BY_BINDING,
  }
  const overrides = { overrides: host.overrides, clusterOverrides: host.clusterOverrides }
  const stores = [
    { kind: RESOURCE_BINDING, informer: host.bindings },
    { kind: CLUSTER_RESOURCE_BINDING, informer: host.clusterBindings },
  ] as const
  return [
    ...startRegistrationUpkeep({ ...deps, ...prepared, newController: shared.newController }),
    ...interpreting.start({ ...shared, ...host }),
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
    startExecution({ ...shared, concurrency: concurrency.execution }),
    startReflection({ ...shared, concurrency: concurrency.status }),
    startCollection({
      ...shared,
      ...deps.configuration.bindingStatus,
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
      bindings: stores.map(store => store.informer),
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

function clusterDeps(deps: ControllerDeps, host: HostInformers, members: MemberRegistry) {
  const { configuration, clock, log, metrics, recorder, random, rooms } = deps
  const { clusters, namespaces, secrets, works, bindings, clusterBindings, taintPolicies, agentLeases } = host
  return {
    ...{ host: deps.host, clusters, namespaces, secrets, works, taintPolicies, agentLeases, members },
    ...{ clock, log, recorder, random, rooms, rights: deps.rights },
    owns: ownsOf(host),
    bindings: [bindings, clusterBindings],
    newController: (options: ControllerOptions) => newController(options, { clock, log, metrics }),
    informerDeps: { clock, log, metrics },
    settings: configuration.clusters,
    concurrency: configuration.concurrency.clusters,
  }
}

function ownsOf({ clusters }: HostInformers): (cluster: string) => boolean {
  return name => clusters.get({ namespace: '', name })?.spec.syncMode !== 'Pull'
}

function failoverDeps({ configuration, metrics }: ControllerDeps) {
  return { metrics, failover: configuration.failover, concurrency: configuration.concurrency.clusters }
}
