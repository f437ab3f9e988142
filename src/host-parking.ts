import { startHostWorkload } from './addons/host-workload/controller.ts'
import { startParkingIndex } from './addons/parking-index/controller.ts'
import { CONFIG_MAP } from './api/kinds.ts'
import type { Configuration } from './configuration.ts'
import type { Client } from './kube/client.ts'
import { parseApiVersion } from './object/gvk.ts'
import type { Binding, Policy } from './object/karmada-objects.ts'
import type { KubeObject } from './object/kube-object.ts'
import { type ParkingMode, runsMessage } from './parking/decide.ts'
import { hasStatusOfHost } from './parking/host-effects.ts'
import type { HostAssessment } from './parking/host-kind.ts'
import { CLUSTER_PARKING_INDEX, PARKING_INDEX } from './parking/index-entries.ts'
import { parkableKind } from './parking/mechanisms.ts'
import { isParked, tracesOnHost } from './parking/park.ts'
import type { ParkingState, ParkingStateHolder } from './parking/parking-state.ts'
import type { ServedAdmission } from './registration/admission.ts'
import type { RegistrationOptions } from './registration/register-api.ts'
import type { Clock } from './runtime/clock.ts'
import type { Controller, ControllerOptions } from './runtime/controller.ts'
import { type Informer, type InformerMetrics, newInformer } from './runtime/informer.ts'
import type { InformerSet } from './runtime/informer-set.ts'
import type { Logger } from './runtime/logger.ts'
import type { Recorder } from './runtime/recorder.ts'
import type { StatusOwner } from './status/aggregate/reconciler.ts'

const MODE_OF_HOST: Readonly<Record<HostAssessment['kind'], ParkingMode>> = {
  ordinary: 'policies',
  'ordinary-without-policies': 'operator',
  dedicated: 'off',
  karmada: 'off',
}

/** @returns who parks templates: what the configuration says, or else what follows from the host. */
export function parkingMode({ parking }: Configuration, { kind }: Pick<HostAssessment, 'kind'>): ParkingMode {
  return parking.mode === 'auto' ? MODE_OF_HOST[kind] : parking.mode
}

/** What is known of parking before anybody has looked whether the apiserver parks. */
export function initialParking(
  { parking }: Configuration,
  mode: ParkingMode,
  served: Pick<ServedAdmission, 'mutating'>,
): ParkingState {
  const isConfigured = parking.mode !== 'auto'
  switch (mode) {
    case 'off':
      return {
        mode,
        by: 'nobody',
        why: isConfigured ? 'parking.mode is off.' : 'No controller of workloads runs here.',
      }
    case 'operator':
      return { mode, by: 'operator', why: isConfigured ? 'parking.mode is operator.' : UNSERVED }
    case 'policies':
      return {
        mode,
        by: 'operator',
        why: served.mutating ? 'Whether the apiserver parks is being found out.' : UNSERVED,
      }
  }
}

const UNSERVED = 'The apiserver does not serve MutatingAdmissionPolicy.'

/** @returns what is registered on the host, with the policies that park unless somebody else registers these. */
export function registrationOptions(configuration: Configuration, mode: ParkingMode): RegistrationOptions {
  const { installCrds, ownerClusterRole, namespace, skippedPropagatingNamespaces } = configuration
  // What the apiserver cannot read (RE2), the operator filters by itself all the same.
  const skippedNamespaces = skippedPropagatingNamespaces.filter(isReadableByApiserver)
  const parking = mode === 'policies' ? { namespace, skippedNamespaces } : 'none'
  return { installCrds, ownerClusterRole, ...(configuration.parking.installPolicies && { parking }) }
}

/** Whether a regular expression has nothing that only ours knows: looking around, and referring back. */
export function isReadableByApiserver(pattern: string): boolean {
  return !/\(\?<?[=!]|\\[1-9]|\\k</.test(pattern)
}

/** What templates do on the host: nothing on one that has no controllers. */
export function hostTraces(mode: ParkingMode, templates: Pick<InformerSet, 'get'>) {
  const traces = (template: KubeObject): string | undefined => (mode === 'off' ? undefined : tracesOnHost(template))
  return {
    traces,
    /** Why the status of a template is that of the host; undefined where it is the fleet's. */
    ofStatus: (template: KubeObject): string | undefined =>
      mode !== 'off' && hasStatusOfHost(template) ? 'a controller of the host keeps it' : traces(template),
    ofBinding: ({ spec: { resource } }: Binding): string | undefined => {
      const { apiVersion, kind, namespace = '', name } = resource
      const template = templates.get({ ...parseApiVersion(apiVersion), kind }, { namespace, name })
      const trace = template && traces(template)
      return trace && runsMessage(kind, trace)
    },
  }
}

/** Whose the status of a template is: the fleet's where the apiserver guards it, else that of whoever is known to write it. */
export function newStatusOwner(parking: Pick<ParkingStateHolder, 'current'>): (template: KubeObject) => StatusOwner {
  return template => {
    const { mode, by } = parking.current
    if (mode === 'off' || parkableKind(template) === undefined) return 'anybody'
    return by === 'apiserver' && isParked(template) ? 'fleet' : 'host'
  }
}

export interface HostParkingDeps {
  readonly host: Client
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: InformerMetrics
  readonly recorder: Recorder
  readonly newController: (options: ControllerOptions) => Controller
  readonly policies: Informer<Policy>
  readonly clusterPolicies: Informer<Policy>
  readonly templates: InformerSet
  /** Those of namespaced templates. */
  readonly bindings: Informer<Binding>
  /** The operator's own. */
  readonly namespace: string
}

/** Starts what keeps templates from running on the host. @returns ends each part. */
export function startParking(mode: ParkingMode, deps: HostParkingDeps): readonly (() => Promise<void>)[] {
  if (mode === 'off') return []
  const workload = startHostWorkload(deps)
  return mode === 'operator' ? [workload] : [workload, startIndex(deps)]
}

function startIndex(deps: HostParkingDeps): () => Promise<void> {
  const { host: client, clock, log, metrics, namespace } = deps
  const watchNamed = (name: string, within?: string): Informer =>
    newInformer(
      { client, clock, log, metrics },
      {
        resource: CONFIG_MAP,
        query: { fieldSelector: `metadata.name=${name}`, ...(within !== undefined && { namespace: within }) },
      },
    )
  const indexes = watchNamed(PARKING_INDEX)
  const clusterIndexes = watchNamed(CLUSTER_PARKING_INDEX, namespace)
  const stop = startParkingIndex({ ...deps, indexes, clusterIndexes })
  return async () => {
    await stop()
    indexes.stop()
    clusterIndexes.stop()
  }
}
