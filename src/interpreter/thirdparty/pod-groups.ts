import type { Component, ReplicaRequirements } from '../../api/generated/resource-binding.ts'
import { canonicalJson } from '../../object/digest.ts'
import { stringAt } from '../../object/field.ts'
import { compareQuantities, tryParseQuantity, ZERO } from '../../object/quantity.ts'
import { replicaRequirements } from '../pod-template.ts'

/** Pods of one kind within a workload. */
export interface PodGroup {
  readonly name: string
  readonly replicas: number
  readonly podTemplate: unknown
}

/** A group of pods as the scheduler counts it. */
export function toComponent({ name, replicas, podTemplate }: PodGroup): Component {
  const requirements = replicaRequirements(podTemplate)
  const priorityClassName = stringAt(podTemplate, 'spec', 'priorityClassName') ?? ''
  const needs = { ...requirements, ...(priorityClassName !== '' && { priorityClassName }) }
  return Object.keys(needs).length === 0 ? { name, replicas } : { name, replicas, replicaRequirements: needs }
}

/**
 * What a pod of any of these groups needs at most, for a kind whose groups are divided over clusters as one number.
 * Where the groups ask for different nodes, nothing is said of nodes.
 */
export function largestRequirements(podTemplates: readonly unknown[]): ReplicaRequirements | undefined {
  const all = podTemplates.map(replicaRequirements)
  const requests = all.flatMap(each => Object.entries(each?.resourceRequest ?? {}))
  const largest = new Map<string, string | number>()
  for (const [name, quantity] of requests) if (isMore(quantity, largest.get(name))) largest.set(name, quantity)
  const nodeClaim = all[0]?.nodeClaim
  const agree = new Set(all.map(each => canonicalJson(each?.nodeClaim ?? null))).size === 1
  if (largest.size === 0 && !(agree && nodeClaim)) return undefined
  return {
    ...(agree && nodeClaim && { nodeClaim }),
    ...(largest.size > 0 && { resourceRequest: Object.fromEntries(largest) }),
  }
}

function isMore(quantity: string | number, than: string | number | undefined): boolean {
  if (than === undefined) return true
  return compareQuantities(tryParseQuantity(quantity) ?? ZERO, tryParseQuantity(than) ?? ZERO) > 0
}
