import type { NodeSummary, ResourceSummary } from '../../api/generated/cluster.ts'
import { addQuantities, ofInteger, type Quantity, ZERO } from '../../object/quantity.ts'
import { type Amounts, formatAmounts, type ResourceList, sumAmounts } from './amounts.ts'
import type { NodeFacts } from './node-facts.ts'
import type { PodFacts } from './pod-facts.ts'

/** How many nodes there are and how many of them are ready. @source spec/behaviour/clusters.md §2 rule 6 */
export function summariseNodes(nodes: readonly NodeFacts[]): NodeSummary {
  return { totalNum: nodes.length, readyNum: nodes.filter(node => node.ready).length }
}

/**
 * What the nodes offer, what scheduled pods hold of it, and what pods ask that wait for a node.
 *
 * @source spec/behaviour/clusters.md §2 rule 6
 */
export function summariseResources(
  nodes: readonly NodeFacts[],
  pods: readonly PodFacts[],
): Pick<ResourceSummary, 'allocatable' | 'allocated' | 'allocating'> {
  return {
    allocatable: formatAmounts(sumAmounts(nodes.map(node => node.allocatable))),
    allocated: formatRequests(pods.filter(pod => pod.nodeName !== '' && !pod.terminal)),
    allocating: formatRequests(pods.filter(pod => pod.nodeName === '')),
  }
}

/** What pods hold on each node, each pod also one of `pods`. */
export function requestsByNode(pods: readonly PodFacts[]): ReadonlyMap<string, Amounts> {
  const byNode = Map.groupBy(
    pods.filter(pod => pod.nodeName !== '' && !pod.terminal),
    pod => pod.nodeName,
  )
  return new Map([...byNode].map(([name, group]) => [name, sumRequests(group)]))
}

function sumRequests(pods: readonly PodFacts[]): Amounts {
  const sums = sumAmounts(pods.map(pod => pod.requests))
  return { ...sums, pods: addQuantities(sums['pods'] ?? ZERO, ofInteger(pods.length)) }
}

/** Zeros are left out, and bytes are written as binary whatever a pod wrote: as Karmada does. */
function formatRequests(pods: readonly PodFacts[]): ResourceList {
  const held = Object.entries(sumRequests(pods)).filter(([, quantity]) => quantity.nanos > 0n)
  return formatAmounts(Object.fromEntries(held.map(([name, quantity]) => [name, inUsualNotation(name, quantity)])))
}

function inUsualNotation(name: string, { nanos }: Quantity): Quantity {
  const bytes = name === 'memory' || name === 'ephemeral-storage' || name.startsWith('hugepages-')
  return { nanos, format: bytes ? 'BinarySI' : 'DecimalSI' }
}
