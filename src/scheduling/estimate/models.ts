import { matchesExpressions } from '../../object/selector.ts'
import { DEFAULT_RESOURCE_MODELS, type ResourceModel, resourceModelsOf } from '../../policy/resource-models.ts'
import type { NodeClaim, NodeSelectorTerm, SchedulableCluster } from '../placement.ts'
import { type Amounts, countedAmount } from './amounts.ts'

/** Nodes of one grade: each has at least so much free. */
export interface GradeNodes {
  readonly count: number
  /** The lower bounds of the grade. */
  readonly free: Amounts
}

/** Pods of one kind in a set of components. */
export interface ComponentNeed {
  readonly replicas: number
  readonly requested: Amounts
  readonly nodeClaim?: NodeClaim
}

/** What a node takes at most, as kubelet does by default. */
const PODS_PER_NODE = 110

/**
 * The nodes of clusters as far as they tell them: how many have room of each grade.
 *
 * @param resources that have to be known of a node
 * @returns for a cluster undefined when it tells no grades, or its grades say nothing of a resource: then only the sum over
 *   all nodes is known.
 * @source spec/behaviour/scheduling.md §6.1 item 4
 */
export function newModelNodes(
  resources: ReadonlySet<string>,
): (cluster: SchedulableCluster) => readonly GradeNodes[] | undefined {
  const defaults = gradesOf(DEFAULT_RESOURCE_MODELS, resources)
  return ({ spec, status }) => {
    const counts = status?.resourceSummary?.allocatableModelings ?? []
    if (counts.length === 0) return undefined
    const models = resourceModelsOf(spec?.resourceModels)
    return nodesOfGrades(counts, models === DEFAULT_RESOURCE_MODELS ? defaults : gradesOf(models, resources))
  }
}

function nodesOfGrades(
  counts: readonly { readonly grade: number; readonly count: number }[],
  grades: ReadonlyMap<number, Amounts>,
): readonly GradeNodes[] | undefined {
  const nodes: GradeNodes[] = []
  for (const { grade, count } of counts) {
    const free = grades.get(grade)
    if (free === undefined) return undefined
    if (count > 0) nodes.push({ count, free })
  }
  return nodes
}

/** The lower bounds of each grade that knows all of the resources. */
function gradesOf(models: readonly ResourceModel[], resources: ReadonlySet<string>): ReadonlyMap<number, Amounts> {
  const grades = new Map<number, Amounts>()
  for (const { grade, ranges } of models) {
    const free = new Map<string, number>()
    for (const { name, min } of ranges) if (resources.has(name)) free.set(name, countedAmount(name, min))
    if (free.size === resources.size) grades.set(grade, free)
  }
  return grades
}

/** How many pods of one kind fit on nodes. */
export function podsOnNodes(nodes: readonly GradeNodes[], requested: Amounts, claim: NodeClaim | undefined): number {
  if (!fitsBareNode(claim)) return 0
  return nodes.reduce((sum, { count, free }) => sum + count * podsOn({ free, pods: PODS_PER_NODE }, requested), 0)
}

/**
 * How many complete sets fit: components in their order, each on the first nodes that take it.
 *
 * @param bound more than this is not looked for
 */
export function setsOnGrades(nodes: readonly GradeNodes[], needs: readonly ComponentNeed[], bound: number): number {
  if (needs.some(({ replicas, nodeClaim }) => replicas > 0 && !fitsBareNode(nodeClaim))) return 0
  const rooms = nodes.flatMap(({ count, free }) =>
    Array.from({ length: count }, (): SetRoom => ({ free: new Map(free), pods: PODS_PER_NODE, takes: () => true })),
  )
  return setsInRooms(rooms, needs, bound)
}

/** A node that is being filled. */
export interface SetRoom {
  readonly free: Map<string, number>
  pods: number
  /** Whether pods of the component of this index may be there at all. */
  readonly takes: (component: number) => boolean
}

/** Fills nodes with complete sets. @param rooms are changed */
export function setsInRooms(rooms: readonly SetRoom[], needs: readonly ComponentNeed[], bound: number): number {
  // Room only shrinks: a node that is full for a component stays so, and is not asked again.
  const cursors = needs.map(() => 0)
  for (let sets = 0; sets < bound; sets++) {
    for (const [index, need] of needs.entries()) {
      const cursor = placeComponent(rooms, { ...need, index }, cursors[index] ?? 0)
      if (cursor === undefined) return sets
      cursors[index] = cursor
    }
  }
  return bound
}

/** @returns the first node that may still take the component; undefined when not all of it found a place. */
function placeComponent(
  rooms: readonly SetRoom[],
  need: ComponentNeed & { readonly index: number },
  from: number,
): number | undefined {
  let left = need.replicas
  let position = from
  while (left > 0) {
    const room = rooms[position]
    if (room === undefined) return undefined
    const placed = room.takes(need.index) ? Math.min(left, podsOn(room, need.requested)) : 0
    take(room, need.requested, placed)
    left -= placed
    if (left > 0) position++
  }
  return position
}

function take(room: SetRoom, requested: Amounts, pods: number): void {
  room.pods -= pods
  for (const [resource, amount] of requested) room.free.set(resource, (room.free.get(resource) ?? 0) - amount * pods)
}

function podsOn({ free, pods }: { readonly free: Amounts; readonly pods: number }, requested: Amounts): number {
  let fit = pods
  for (const [resource, amount] of requested) fit = Math.min(fit, Math.floor((free.get(resource) ?? 0) / amount))
  return Math.max(fit, 0)
}

/** Nothing is known of a node but its size: it has neither labels nor a name. */
function fitsBareNode(claim: NodeClaim | undefined): boolean {
  if (claim === undefined) return true
  if (Object.keys(claim.nodeSelector ?? {}).length > 0) return false
  const terms = claim.hardNodeAffinity?.nodeSelectorTerms
  return terms === undefined || terms.some(matchesBareNode)
}

/** A term without expressions matches no node. @source Kubernetes API reference, NodeSelectorTerm */
function matchesBareNode({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm): boolean {
  const all = [...matchExpressions, ...matchFields]
  return all.length > 0 && matchesExpressions(all)
}
