import { matchesExpressions, matchesLabels } from '../../object/selector.ts'
import { findUntolerated } from '../../policy/toleration.ts'
import type { NodeClaim, NodeSelectorTerm } from '../placement.ts'
import type { Amounts } from './amounts.ts'
import type { NodeRoom } from './member-room.ts'
import { type ComponentNeed, type SetRoom, setsInRooms } from './models.ts'

/** What is held back on a node for pods that are not seen there yet. */
export interface Reserved {
  readonly pods: number
  readonly requested: Amounts
}

/** By name of the node. */
export type Reservations = ReadonlyMap<string, Reserved>

/** The taints for which a node does not take new pods. */
const REPELLING = ['NoSchedule', 'NoExecute']

/**
 * Whether a node takes pods with this claim, by its labels, name and taints.
 *
 * @source spec/behaviour/scheduling.md §6.2; Kubernetes "Assigning Pods to Nodes"
 */
export function takesPods(node: NodeRoom, claim: NodeClaim | undefined): boolean {
  if (findUntolerated(node.taints, claim?.tolerations ?? [], REPELLING) !== undefined) return false
  if (claim === undefined) return true
  if (!matchesLabels(claim.nodeSelector, node.labels)) return false
  const terms = claim.hardNodeAffinity?.nodeSelectorTerms
  return terms === undefined || terms.some(term => matchesTerm(term, node))
}

/** A term without expressions matches no node. @source Kubernetes API reference, NodeSelectorTerm */
function matchesTerm({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: NodeRoom): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false
  return (
    matchesExpressions(matchExpressions, node.labels) && matchesExpressions(matchFields, { 'metadata.name': node.name })
  )
}

/** How many pods of one kind a node still takes, whatever it thinks of their claim. */
export function podsOnNode(node: NodeRoom, requested: Amounts, reserved?: Reserved): number {
  let fit = freeOn(node, 'pods', reserved)
  for (const [resource, amount] of requested) {
    if (fit <= 0) return 0
    fit = Math.min(fit, Math.floor(freeOn(node, resource, reserved) / amount))
  }
  return Math.max(fit, 0)
}

function freeOn({ allocatable, requested, pods }: NodeRoom, resource: string, reserved: Reserved | undefined): number {
  const all = allocatable.get(resource) ?? 0
  if (resource === 'pods') return all - pods - (reserved?.pods ?? 0)
  return all - (requested.get(resource) ?? 0) - (reserved?.requested.get(resource) ?? 0)
}

/** How many pods of one kind all nodes together take. @source spec/behaviour/scheduling.md §6.2 */
export function replicasOnNodes(
  nodes: readonly NodeRoom[],
  { requested, nodeClaim }: Pick<ComponentNeed, 'requested' | 'nodeClaim'>,
  reserved: Reservations,
): number {
  let sum = 0
  for (const node of nodes) {
    if (takesPods(node, nodeClaim)) sum += podsOnNode(node, requested, reserved.get(node.name))
  }
  return sum
}

/** How many complete sets of components fit: in their order, each on the first nodes that take it. */
export function setsOnNodes(
  nodes: readonly NodeRoom[],
  needs: readonly ComponentNeed[],
  reserved: Reservations,
): number {
  const resources = new Set(needs.flatMap(({ requested }) => [...requested.keys()]))
  const rooms = nodes.map((node): SetRoom => {
    const held = reserved.get(node.name)
    const free = [...resources].map((resource): [string, number] => [resource, freeOn(node, resource, held)])
    const taken = needs.map(({ nodeClaim }) => takesPods(node, nodeClaim))
    return { free: new Map(free), pods: freeOn(node, 'pods', held), takes: index => taken[index] === true }
  })
  const podsPerSet = needs.reduce((sum, { replicas }) => sum + replicas, 0)
  const pods = rooms.reduce((sum, room) => sum + Math.max(room.pods, 0), 0)
  return podsPerSet === 0 ? 0 : setsInRooms(rooms, needs, Math.floor(pods / podsPerSet))
}
