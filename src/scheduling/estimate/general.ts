import type { Component, ReplicaRequirements, ResourceSummary, SchedulableCluster } from '../placement.ts'
import { type Amounts, freeAmount, requestedAmounts } from './amounts.ts'
import { type ComponentNeed, newModelNodes, podsOnNodes, setsOnGrades } from './models.ts'

/** More replicas than fit anywhere: "no limit known". */
export const UNLIMITED_REPLICAS = 2 ** 31 - 1

/** Whether the grades of nodes count where a cluster tells them, or only sums. */
type GeneralWay = 'grades' | 'sum'

/** Answers for one cluster after another what an estimate was prepared for. */
export type Estimate = (cluster: SchedulableCluster) => number

/**
 * How many more replicas a cluster takes: by the grades of its nodes where it tells them, else by the sum over all nodes.
 *
 * @param by 'sum' leaves the grades out: where the nodes themselves were asked, they know nothing better.
 * @returns an estimate of 0 to {@link UNLIMITED_REPLICAS}; 0 for a cluster without a summary.
 * @source spec/behaviour/scheduling.md §6.1
 */
export function estimateReplicas(requirements: ReplicaRequirements | undefined, by: GeneralWay = 'grades'): Estimate {
  const requested = requestedAmounts(requirements?.resourceRequest)
  const nodesOf = by === 'sum' ? () => undefined : newModelNodes(new Set(requested.keys()))
  return cluster => {
    const summary = cluster.status?.resourceSummary
    const pods = freePods(summary)
    if (summary === undefined || pods === 0 || requirements === undefined) return pods
    const nodes = nodesOf(cluster)
    if (nodes !== undefined) return Math.min(pods, podsOnNodes(nodes, requested, requirements.nodeClaim))
    return Math.min(pods, fittingInSum(summary, requested))
  }
}

/**
 * How many complete sets of a workload's components a cluster takes.
 *
 * @source spec/behaviour/scheduling.md §6.1 "Component sets"
 */
export function estimateSets(components: readonly Component[], by: GeneralWay = 'grades'): Estimate {
  const needs = componentNeeds(components)
  const podsPerSet = needs.reduce((sum, { replicas }) => sum + replicas, 0)
  const perSet = new Map<string, number>()
  for (const { replicas, requested } of needs) {
    for (const [resource, amount] of requested) {
      if (replicas > 0) perSet.set(resource, (perSet.get(resource) ?? 0) + amount * replicas)
    }
  }
  const nodesOf = by === 'sum' ? () => undefined : newModelNodes(new Set(perSet.keys()))
  return cluster => {
    const summary = cluster.status?.resourceSummary
    const pods = freePods(summary)
    if (summary === undefined || pods === 0) return 0
    const bySum = podsPerSet === 0 ? UNLIMITED_REPLICAS : Math.floor(pods / podsPerSet)
    const bound = Math.min(bySum, fittingInSum(summary, perSet))
    const nodes = podsPerSet === 0 || bound === 0 ? undefined : nodesOf(cluster)
    return nodes === undefined ? bound : setsOnGrades(nodes, needs, bound)
  }
}

/** What each component asks for. */
export function componentNeeds(components: readonly Component[]): readonly ComponentNeed[] {
  return components.map(({ replicas, replicaRequirements }) => ({
    replicas,
    requested: requestedAmounts(replicaRequirements?.resourceRequest),
    ...(replicaRequirements?.nodeClaim && { nodeClaim: replicaRequirements.nodeClaim }),
  }))
}

function freePods(summary: ResourceSummary | undefined): number {
  return summary === undefined ? 0 : clamp(freeAmount(summary, 'pods') ?? 0)
}

/** How often a request goes into what is free in the whole cluster. */
function fittingInSum(summary: ResourceSummary, requested: Amounts): number {
  let fit = UNLIMITED_REPLICAS
  for (const [resource, amount] of requested) {
    const free = freeAmount(summary, resource) ?? 0
    fit = Math.min(fit, Math.floor(free / amount))
    if (fit <= 0) return 0
  }
  return fit
}

function clamp(count: number): number {
  return Math.min(Math.max(count, 0), UNLIMITED_REPLICAS)
}
