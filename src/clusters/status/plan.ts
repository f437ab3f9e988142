import type { ApiEnablement, ClusterStatus, NodeSummary, ResourceSummary } from '../../api/generated/cluster.ts'
import {
  type Condition,
  type DesiredCondition,
  findCondition,
  removeCondition,
  setCondition,
} from '../../object/condition.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'
import { completeness } from './api-enablements.ts'
import type { Diagnosis } from './diagnosis.ts'
import {
  countsAtOnce,
  type HealthMemory,
  type HealthThresholds,
  type ProbeOutcome,
  type Readiness,
  readinessOf,
  settleHealth,
} from './health.ts'

/** What was read from a healthy member; what is absent could not be read (yet) and stays as it was. */
export interface MemberFacts {
  readonly kubernetesVersion?: string
  readonly apis?: { readonly apiEnablements: readonly ApiEnablement[]; readonly condition: DesiredCondition }
  readonly resources?: { readonly nodeSummary: NodeSummary; readonly resourceSummary: ResourceSummary }
}

export interface Observed {
  readonly cluster: Cluster
  readonly outcome: ProbeOutcome
  readonly diagnosis: Diagnosis
  readonly memory: HealthMemory | undefined
  /** Absent unless the probe was ok. */
  readonly facts: MemberFacts | undefined
  readonly thresholds: HealthThresholds
  /** Monotonic, when the look began and at its end. */
  readonly beganMs: number
  readonly nowMs: number
  /** RFC 3339. */
  readonly now: string
}

export interface Plan {
  /** Undefined: the next observation counts at once. */
  readonly memory: HealthMemory | undefined
  /** How long what was seen has to go on before it counts; undefined when it does already. */
  readonly dueInMs: number | undefined
  readonly status: ClusterStatus
  /** A merge patch of the status subresource, for the resourceVersion that was observed; undefined when nothing changed. */
  readonly patch: JsonObject | undefined
}

const TLS_VERIFIED = 'TLSVerified'
const CONNECTED = 'Connected'

/**
 * The status of a cluster after a look. Of a member that is not ready only conditions change; remedyActions and conditions
 * of others stay. One that must not be used serves nothing, so that nobody places anything on it, whatever it tolerates.
 *
 * @source spec/behaviour/clusters.md §2 rules 3-7
 */
export function plan(observed: Observed): Plan {
  const { cluster, facts, outcome } = observed
  const before = cluster.status ?? {}
  const { ready, memory, dueInMs } = settle(observed)
  const collected = ready.status === 'True' ? facts : undefined
  const apis = outcome.type === 'refused' ? NO_APIS : collected?.apis
  const conditions = nextConditions(observed, [
    { type: 'Ready', ...ready },
    ...(apis ? [apis.condition] : []),
    { type: CONNECTED, ...observed.diagnosis },
  ])
  const status = { ...before, ...summarised({ ...collected, ...(apis && { apis }) }), conditions }
  return { memory, dueInMs, status, patch: statusPatch(cluster, status) }
}

const NO_APIS: NonNullable<MemberFacts['apis']> = { apiEnablements: [], condition: completeness([], false) }

function settle({ cluster, outcome, diagnosis, ...health }: Observed): Pick<Plan, 'memory' | 'dueInMs'> & {
  readonly ready: Readiness
} {
  const observed = readinessOf(outcome, diagnosis)
  if (countsAtOnce(outcome)) return { ready: observed, memory: undefined, dueInMs: undefined }
  const reported = findCondition(cluster.status?.conditions, 'Ready')
  return settleHealth({ ...health, reported, observed })
}

function summarised(facts: MemberFacts): ClusterStatus {
  return {
    ...(facts.kubernetesVersion === undefined ? {} : { kubernetesVersion: facts.kubernetesVersion }),
    ...(facts.apis === undefined ? {} : { apiEnablements: facts.apis.apiEnablements }),
    ...facts.resources,
  }
}

function nextConditions({ cluster, now }: Observed, desired: readonly DesiredCondition[]): readonly Condition[] {
  const insecure = cluster.spec.insecureSkipTLSVerification === true
  const wanted = insecure ? [...desired, UNVERIFIED] : desired
  const kept = insecure ? cluster.status?.conditions : removeCondition(cluster.status?.conditions, TLS_VERIFIED)
  return wanted.reduce<readonly Condition[]>((list, condition) => setCondition(list, condition, now), kept ?? [])
}

const UNVERIFIED: DesiredCondition = {
  type: TLS_VERIFIED,
  status: 'False',
  reason: 'InsecureSkipTLSVerification',
  message:
    'spec.insecureSkipTLSVerification is true: whoever can intercept the connection can read and change everything sent to this cluster',
}

function statusPatch(cluster: Cluster, status: ClusterStatus): JsonObject | undefined {
  const body = mergePatch({ status: { ...cluster.status } }, { status: { ...status } })
  return body && { ...body, metadata: { resourceVersion: cluster.metadata.resourceVersion } }
}
