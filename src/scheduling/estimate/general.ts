import type { Component, ReplicaRequirements, ResourceSummary, SchedulableCluster } from '../placement.ts'
import { type Amounts, freeAmount, requestedAmounts } from './amounts.ts'
import { newModelNodes, podsOnNodes, setsOnNodes } from './models.ts'

/** More replicas than fit anywhere: "no limit known". */
export const UNLIMITED_REPLICAS = 2 ** 31 - 1

/** Answers for one cluster after another what an estimate was prepared for. */
export type Estimate = (cluster: SchedulableCluster) => number

/**
 * How many more replicas a cluster takes: by the grades of its nodes where it tells them, else by the sum over all nodes.
 *
 * @returns an estimate of 0 to {@link UNLIMITED_REPLICAS}; 0 for a cluster without a summary.
 * @source spec/behaviour/scheduling.md §6.1
 */
export function estimateReplicas(requirements: ReplicaRequirements | undefined): Estimate {
  const requested = requestedAmounts(requirements?.resourceRequest)
  const nodesOf = newModelNodes(new Set(requested.keys()))
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
export function estimateSets(components: readonly Component[]): Estimate {
  const needs = components.map(({ replicas, replicaRequirements }) => ({
    replicas,
    requested: requestedAmounts(replicaRequirements?.resourceRequest),
    ...(replicaRequirements?.nodeClaim && { nodeClaim: replicaRequirements.nodeClaim }),
  }))
  const podsPerSet = needs.reduce((sum, { replicas }) => sum + replicas, 0)
  const perSet = new Map<string, number>()
  for (const { replicas, requested } of needs) {
    for (const [resource, amount] of requested) {
      if (replicas > 0) perSet.set(resource, (perSet.get(resource) ?? 0) + amount * replicas)
    }
  }
  const nodesOf = newModelNodes(new Set(perSet.keys()))
  return cluster => {
    const summary = cluster.status?.resourceSummary
    const pods = freePods(summary)
    if (summary === undefined || pods === 0) return 0
    const bySum = podsPerSet === 0 ? UNLIMITED_REPLICAS : Math.floor(pods / podsPerSet)
    const bound = Math.min(bySum, fittingInSum(summary, perSet))
    const nodes = podsPerSet === 0 || bound === 0 ? undefined : nodesOf(cluster)
    return nodes === undefined ? bound : setsOnNodes(nodes, needs, bound)
  }
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
