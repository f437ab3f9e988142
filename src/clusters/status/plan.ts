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
import { type HealthMemory, type HealthThresholds, type ProbeOutcome, readinessOf, settleHealth } from './health.ts'

/** What was read from a healthy member; what is absent could not be read (yet) and stays as it was. */
export interface MemberFacts {
  readonly kubernetesVersion?: string
  readonly apis?: { readonly apiEnablements: readonly ApiEnablement[]; readonly condition: DesiredCondition }
  readonly resources?: { readonly nodeSummary: NodeSummary; readonly resourceSummary: ResourceSummary }
}

export interface Observed {
  readonly cluster: Cluster
  readonly outcome: ProbeOutcome
  readonly memory: HealthMemory | undefined
  /** Absent unless the probe was ok. */
  readonly facts: MemberFacts | undefined
  readonly thresholds: HealthThresholds
  /** Monotonic. */
  readonly nowMs: number
  /** RFC 3339. */
  readonly now: string
}

export interface Plan {
  readonly memory: HealthMemory
  readonly status: ClusterStatus
  /** A merge patch of the status subresource, for the resourceVersion that was observed; undefined when nothing changed. */
  readonly patch: JsonObject | undefined
}

const TLS_VERIFIED = 'TLSVerified'

/**
 * The status of a cluster after a probe. Of a member that is not ready only the condition changes; remedyActions and
 * conditions of others stay.
 *
 * @source spec/behaviour/clusters.md §2 rules 3-7
 */
export function plan(observed: Observed): Plan {
  const { cluster, facts, thresholds, nowMs } = observed
  const before = cluster.status ?? {}
  const { ready, memory } = settleHealth({
    reported: findCondition(before.conditions, 'Ready'),
    observed: readinessOf(observed.outcome),
    memory: observed.memory,
    nowMs,
    thresholds,
  })
  const collected = ready.status === 'True' ? facts : undefined
  const apis = collected?.apis
  const conditions = nextConditions(observed, [{ type: 'Ready', ...ready }, ...(apis ? [apis.condition] : [])])
  const status = { ...before, ...summarised(collected), conditions }
  return { memory, status, patch: statusPatch(cluster, status) }
}

function summarised(facts: MemberFacts | undefined): ClusterStatus {
  return {
    ...(facts?.kubernetesVersion === undefined ? {} : { kubernetesVersion: facts.kubernetesVersion }),
    ...(facts?.apis === undefined ? {} : { apiEnablements: facts.apis.apiEnablements }),
    ...facts?.resources,
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
