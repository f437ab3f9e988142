import { foundIn, type Looked } from '../kube/look.ts'
import type { HeldLease } from '../runtime/held-lease.ts'
import type { ParkedBy } from './parking-state.ts'

/**
 * What the operator may find around itself on the host.
 *
 * - `ordinary`: controllers run workloads, and admission policies can park templates.
 * - `ordinary-without-policies`: controllers run workloads, and the apiserver serves no MutatingAdmissionPolicy.
 * - `dedicated`: nobody runs workloads there.
 * - `karmada`: another control plane of the same API is at work.
 */
export type HostKind = 'ordinary' | 'ordinary-without-policies' | 'dedicated' | 'karmada'

/** Everything that is read of a host to tell its kind (read-host-facts.ts). */
export interface HostFacts {
  /** e.g. v1.36.3 */
  readonly version: string
  /** Whether admissionregistration.k8s.io/v1 has mutatingadmissionpolicies. */
  readonly mutatingPolicies: Looked<boolean>
  /** Names of the ServiceAccounts in kube-system that belong to controllers of workloads. */
  readonly workloadAccounts: Looked<readonly string[]>
  /** Deployments (of a sample) whose status the controller manager wrote, as `<namespace>/<name>`. */
  readonly runDeployments: Looked<readonly string[]>
  readonly hasNodes: Looked<boolean>
  /** Those of Karmada's processes that somebody holds. */
  readonly karmadaLeases: Looked<readonly HeldLease[]>
  /** The Service behind `v1alpha1.cluster.karmada.io`, when an aggregated apiserver serves Clusters. */
  readonly karmadaApiService: Looked<string | undefined>
}

/** What kind of host it is, why we think so, and what follows for who uses it. */
export interface HostAssessment {
  readonly kind: HostKind
  /** Sentences: the evidence. */
  readonly reasons: readonly string[]
  /** Sentences: what the operator does and does not do here. */
  readonly consequences: readonly string[]
}

/** The first Kubernetes whose apiserver parks: MutatingAdmissionPolicy is v1 from there on. */
const PARKING_SINCE = '1.36'

/**
 * Tells the kind of a host. What could not be read counts for the ordinary host: parking where nobody runs anything does
 * no harm, the opposite does.
 */
export function assessHost(facts: HostFacts): HostAssessment {
  const karmada = karmadaEvidence(facts)
  if (karmada.length > 0) return { kind: 'karmada', reasons: karmada, consequences: karmadaConsequences(facts) }
  const workloads = workloadEvidence(facts)
  const unread = unreadFacts(facts)
  if (workloads.length === 0 && unread.length === 0) {
    return { kind: 'dedicated', reasons: NOTHING_RUNS, consequences: DEDICATED_CONSEQUENCES }
  }
  const reasons =
    workloads.length > 0 ? workloads : [`Assumed, since not everything could be read: ${unread.join('; ')}.`]
  const missing = missingPolicies(facts)
  return missing === undefined
    ? { kind: 'ordinary', reasons, consequences: ORDINARY_CONSEQUENCES }
    : { kind: 'ordinary-without-policies', reasons: [...reasons, missing], consequences: UNPROTECTED_CONSEQUENCES }
}

const NOTHING_RUNS = [
  'No controller of workloads runs here: kube-system has none of their ServiceAccounts, no Deployment has a status of the controller manager, and there are no nodes.',
]

/**
 * What follows for who uses the host.
 *
 * @param kind of the host, on which it depends what it means that nobody parks.
 * @returns sentences.
 */
export function parkingConsequences(by: ParkedBy, kind: HostKind): readonly string[] {
  switch (by) {
    case 'apiserver':
      return ORDINARY_CONSEQUENCES
    case 'operator':
      return UNPROTECTED_CONSEQUENCES
    case 'nobody':
      return kind === 'dedicated' ? DEDICATED_CONSEQUENCES : UNPARKED_CONSEQUENCES
  }
}

const UNPARKED_CONSEQUENCES = [
  'Nothing is parked: controllers of the host run templates as they run everything else, besides the members.',
  'They keep writing the status of templates, so it is left to them; the ResourceBinding has that of the fleet.',
]

const DEDICATED_CONSEQUENCES = [
  'Templates stay as they were written: nobody here would run them, so nothing is parked.',
  "The status of a template is the fleet's.",
]

const ORDINARY_CONSEQUENCES = [
  'Templates that a policy selects are parked by the apiserver as they are written, so the host never runs them.',
  "The status of a parked template is the fleet's; controllers of the host cannot change it.",
]

const UNPROTECTED_CONSEQUENCES = [
  'The operator parks a template itself, right after a policy claimed it. In the moment before, controllers of the host may begin to run it; what they made is removed.',
  'Where a controller of the host keeps writing the status of a template, the operator leaves that status alone; the ResourceBinding has that of the fleet.',
]

const FROM_ANOTHER_HOST =
  'give Flotilla another host and take this Karmada over from there (kubectl flotilla migrate --from <its kubeconfig>).'
const NEVER_TWO = 'The operator does not start: two systems would undo what the other one does.'

function karmadaConsequences({ karmadaLeases }: HostFacts): readonly string[] {
  const live = findLive(karmadaLeases)
  return live.length > 0
    ? [
        NEVER_TWO,
        `Stop ${live.map(({ lease }) => lease.split('/')[1]).join(' and ')} where it runs and wait until its Lease expires (15 seconds), or ${FROM_ANOTHER_HOST}`,
      ]
    : [
        NEVER_TWO,
        `Remove the aggregated apiserver (kubectl delete apiservice v1alpha1.cluster.karmada.io), after saving its Clusters, or ${FROM_ANOTHER_HOST}`,
      ]
}

function karmadaEvidence({ karmadaLeases, karmadaApiService }: HostFacts): readonly string[] {
  const service = foundIn(karmadaApiService)
  return [
    ...findLive(karmadaLeases).map(
      ({ lease, holder, renewTime }) => `Karmada runs here: ${holder} holds the Lease ${lease}, renewed ${renewTime}.`,
    ),
    ...(service === undefined
      ? []
      : [
          `Clusters are served by Karmada's aggregated apiserver: APIService v1alpha1.cluster.karmada.io points at ${service}.`,
        ]),
  ]
}

function findLive(leases: HostFacts['karmadaLeases']): readonly HeldLease[] {
  return (foundIn(leases) ?? []).filter(lease => lease.live)
}

function workloadEvidence(facts: HostFacts): readonly string[] {
  const accounts = foundIn(facts.workloadAccounts) ?? []
  const deployments = foundIn(facts.runDeployments) ?? []
  return [
    ...(accounts.length > 0
      ? [`Controllers of workloads run here: kube-system has the ServiceAccounts ${accounts.join(', ')}.`]
      : []),
    ...(deployments.length > 0
      ? [`The controller manager writes the status of Deployments, of ${deployments.join(', ')} among others.`]
      : []),
    ...(foundIn(facts.hasNodes) === true ? ['There are nodes, so something runs on them.'] : []),
  ]
}

function missingPolicies({ mutatingPolicies, version }: HostFacts): string | undefined {
  if ('unread' in mutatingPolicies)
    return `Whether the apiserver has MutatingAdmissionPolicy could not be read: ${mutatingPolicies.unread}.`
  if (mutatingPolicies.found) return undefined
  return isBefore(version, PARKING_SINCE)
    ? `Kubernetes ${version} has no MutatingAdmissionPolicy in v1; ${PARKING_SINCE} and later do.`
    : `Kubernetes ${version} would have MutatingAdmissionPolicy, but it is switched off (flags --runtime-config or --feature-gates of the apiserver).`
}

/** Those facts on which the absence of controllers rests. */
function unreadFacts({ workloadAccounts, runDeployments, hasNodes }: HostFacts): readonly string[] {
  return [workloadAccounts, runDeployments, hasNodes].flatMap(looked => ('unread' in looked ? [looked.unread] : []))
}

/** @param version as an apiserver says it, e.g. v1.33.2+k3s1. */
function isBefore(version: string, limit: string): boolean {
  const [major = 0, minor = 0] = numbersOf(version)
  const [limitMajor = 0, limitMinor = 0] = numbersOf(limit)
  return major < limitMajor || (major === limitMajor && minor < limitMinor)
}

function numbersOf(version: string): readonly number[] {
  return version
    .replace(/^v/, '')
    .split('.', 2)
    .map(part => Number.parseInt(part, 10))
}
