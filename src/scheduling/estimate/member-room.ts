import type { Taint } from '../../policy/toleration.ts'
import type { Amounts } from './amounts.ts'

// What is known of a member besides the sums in its Cluster's status: nodes one by one, and quotas. Amounts are in counted
// units: thousandths for CPU, whole units for everything else.

/** A node, as far as it counts for what fits on it. */
export interface NodeRoom {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly taints: readonly Taint[]
  readonly allocatable: Amounts
  /** What the pods that hold a place on it ask for, and how many they are. */
  readonly requested: Amounts
  readonly pods: number
}

/** A ResourceQuota. */
export interface QuotaRoom {
  /** What is left by resource, `pods` among them: hard − used. */
  readonly free: Amounts
  /** All of them must take a pod for the quota to count it. */
  readonly scopes: readonly QuotaScope[]
}

/** corev1.ScopedResourceSelectorRequirement; a name in `spec.scopes` is one that must exist. */
export interface QuotaScope {
  readonly scopeName: string
  readonly operator: string
  readonly values?: readonly string[]
}

/** The room of one member, as its watches have told last. */
export interface MemberRoom {
  /** Grows with every change. */
  readonly version: number
  /** In the order in which they became known. */
  nodes(): readonly NodeRoom[]
  quotas(namespace: string): readonly QuotaRoom[]
  /** How many pods of a workload have a node, or had one when they ended; by {@link workloadKey}. */
  placedPods(workload: string): number
  /** Pods of a workload that have been without a node since `beforeMs` or longer; milliseconds since the epoch. */
  unschedulablePods(workload: string, beforeMs: number): number
}

/** Identity of what pods belong to, without its version. */
export function workloadKey(of: {
  readonly group: string
  readonly kind: string
  readonly namespace: string
  readonly name: string
}): string {
  return `${of.group}/${of.kind}/${of.namespace}/${of.name}`
}
