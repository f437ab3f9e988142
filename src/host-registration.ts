import { CUSTOM_RESOURCE_DEFINITION, type Resource } from './api/kinds.ts'
import type { Configuration } from './configuration.ts'
import { initialParking, parkingMode, registrationOptions } from './host-parking.ts'
import type { Client } from './kube/client.ts'
import type { KubeObject } from './object/kube-object.ts'
import { newParkingState, type ParkingStateHolder } from './parking/parking-state.ts'
import { recogniseHost } from './parking/recognise-host.ts'
import { REGISTERED_SELECTOR } from './registration/manifest.ts'
import { startParkingReview } from './registration/parking-review/controller.ts'
import type { ReviewedPolicy } from './registration/parking-review/plan.ts'
import { PLACEHOLDERS, parkingPolicies } from './registration/policies/parking.ts'
import { type Registration, registerApi } from './registration/register-api.ts'
import {
  MUTATING_ADMISSION_POLICY,
  MUTATING_ADMISSION_POLICY_BINDING,
  VALIDATING_ADMISSION_POLICY,
  VALIDATING_ADMISSION_POLICY_BINDING,
} from './registration/resources.ts'
import { startUpkeep } from './registration/upkeep/controller.ts'
import type { Clock } from './runtime/clock.ts'
import type { Controller, ControllerOptions } from './runtime/controller.ts'
import type { HostMetrics } from './runtime/host-metrics.ts'
import { dropManagedFields, type Informer, type InformerMetrics, newInformer } from './runtime/informer.ts'
import type { Logger } from './runtime/logger.ts'
import { persevere } from './runtime/persevere.ts'
import type { Recorder } from './runtime/recorder.ts'

export interface PrepareHostDeps {
  readonly host: Client
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly random: () => number
  /** Told, maybe more than once, when the host serves the API as this release has it: what stands can be read then. */
  readonly onServed?: () => void
}

/** What is known of a host once it serves our API. */
export interface PreparedHost {
  readonly registration: Registration
  readonly parking: ParkingStateHolder
}

/** An apiserver that restarts meanwhile, or a standby that registered first, must not end the process. */
export async function prepareHost(deps: PrepareHostDeps, signal: AbortSignal): Promise<PreparedHost> {
  const { host: client, clock, log, random, configuration, onServed } = deps
  const prepare = async (): Promise<PreparedHost> => {
    const assessment = await recogniseHost({ client, clock, log }, signal)
    const mode = parkingMode(configuration, assessment)
    const options = { ...registrationOptions(configuration, mode), ...(onServed && { onServed }) }
    const registration = await registerApi({ client, clock, log }, options, signal)
    return { registration, parking: newParkingState(initialParking(configuration, mode, registration.served)) }
  }
  const onFailure = (error: unknown, delayMs: number): void =>
    log.warn('the host could not be prepared, trying again', { error, delayMs: Math.round(delayMs) })
  return persevere(prepare, { clock, random, onFailure, signal })
}

export interface HostRegistrationDeps extends PreparedHost {
  readonly host: Client
  readonly configuration: Configuration
  readonly clock: Clock
  readonly log: Logger
  readonly metrics: InformerMetrics & HostMetrics
  readonly recorder: Recorder
  readonly newController: (options: ControllerOptions) => Controller
  /** How long an apiserver may take to act on a new policy, in milliseconds. Default 30 s. */
  readonly trialLimitMs?: number
}

/** Starts what watches over everything that is registered. @returns ends each part. */
export function startRegistrationUpkeep(deps: HostRegistrationDeps): readonly (() => Promise<void>)[] {
  const { host: client, clock, log, metrics, registration, parking, configuration } = deps
  const start = (resource: Resource, project = dropManagedFields<KubeObject>): Informer =>
    newInformer({ client, clock, log, metrics }, { resource, query: { labelSelector: REGISTERED_SELECTOR }, project })
  const kinds = [
    ...(registration.served.validating ? [VALIDATING_ADMISSION_POLICY, VALIDATING_ADMISSION_POLICY_BINDING] : []),
    ...(registration.served.mutating ? [MUTATING_ADMISSION_POLICY, MUTATING_ADMISSION_POLICY_BINDING] : []),
  ]
  const reviews = parking.current.mode === 'policies' && registration.served.mutating
  const policies = new Map(
    registration.manifests.length > 0 || reviews ? kinds.map(kind => [kind.kind, start(kind)] as const) : [],
  )
  const definitions = configuration.installCrds ? start(CUSTOM_RESOURCE_DEFINITION, metadataOnly) : undefined
  const { manifests, owner } = registration
  const shared = { ...deps, client, policies }
  const tell = (): void => {
    const { by, why } = parking.current
    const what = 'who keeps templates from running on the host'
    if (by === 'operator' && parking.current.mode === 'policies') log.warn(what, { by, why })
    else log.info(what, { by, why })
  }
  if (!reviews) tell()
  metrics.watchParking(() => parking.current)
  const stops = [
    parking.onChange(tell),
    startUpkeep({ ...shared, manifests, ...(owner && { owner }), ...(definitions && { definitions }) }),
    ...(reviews
      ? [
          startParkingReview({
            ...shared,
            namespace: configuration.namespace,
            expected: expectedPolicies(registration),
            state: parking,
          }),
        ]
      : []),
  ]
  return [
    async () => {
      await Promise.all(stops.map(stop => stop()))
      for (const informer of [...policies.values(), ...(definitions ? [definitions] : [])]) informer.stop()
    },
  ]
}

/** The schemas of CRDs are large, and their generation tells of a change. */
function metadataOnly({ apiVersion, kind, metadata }: KubeObject): KubeObject {
  return dropManagedFields({ apiVersion, kind, metadata })
}

function expectedPolicies({ manifests, served }: Registration): readonly Omit<ReviewedPolicy, 'observed'>[] {
  return parkingPolicies(PLACEHOLDERS)
    .filter(({ kind }) => served.validating || kind.startsWith('Mutating'))
    .map(({ kind, metadata: { name } }) => {
      const manifest = manifests.find(each => each.kind === kind && each.metadata.name === name)
      return { kind, name, ...(manifest && { manifest }) }
    })
}
