import type { ResourceModel, ResourceSummary } from '../../api/generated/cluster.ts'
import { compareQuantities, type Quantity, subtractQuantities, tryParseQuantity, ZERO } from '../../object/quantity.ts'
import { resourceModelsOf } from '../../policy/resource-models.ts'
import type { Amounts } from './amounts.ts'
import type { NodeFacts } from './node-facts.ts'
import type { PodFacts } from './pod-facts.ts'
import { requestsByNode } from './resource-summary.ts'

/**
 * How many nodes have room of each grade: a node belongs to the highest grade whose every `min` it still has available.
 *
 * A node without a free pod slot has no room and is not counted. Upstream stops counting at the first such node, which
 * hides all nodes behind it.
 *
 * @param models of the cluster; the default grades when it names none.
 * @returns one entry for each model, in the order of `models`.
 * @source spec/behaviour/clusters.md §2 rule 6
 */
export function countByGrade(
  nodes: readonly NodeFacts[],
  pods: readonly PodFacts[],
  models: readonly ResourceModel[] | undefined,
): NonNullable<ResourceSummary['allocatableModelings']> {
  const wanted = resourceModelsOf(models)
  const ladders = minimaByResource(wanted)
  const held = requestsByNode(pods)
  const counts = wanted.map(() => 0)
  for (const node of nodes) {
    const index = gradeIndex(ladders, (name: string) => availableOn(node, held.get(node.metadata.name), name))
    if (index >= 0) counts[index] = (counts[index] ?? 0) + 1
  }
  return wanted.map((model, index) => ({ grade: model.grade, count: counts[index] ?? 0 }))
}

/** For each modelled resource the lower bounds of all grades, in their order. */
function minimaByResource(models: readonly ResourceModel[]): ReadonlyMap<string, readonly Quantity[]> {
  const names = new Set(models.flatMap(model => model.ranges.map(range => range.name)))
  const minimum = (model: ResourceModel, name: string): Quantity => {
    const range = model.ranges.find(candidate => candidate.name === name)
    return (range && tryParseQuantity(range.min)) ?? ZERO
  }
  return new Map([...names].map(name => [name, models.map(model => minimum(model, name))]))
}

function gradeIndex(ladders: ReadonlyMap<string, readonly Quantity[]>, available: (name: string) => Quantity): number {
  if (available('pods').nanos <= 0n || ladders.size === 0) return -1
  const indexes = [...ladders].map(([name, minima]) =>
    minima.findLastIndex(minimum => compareQuantities(minimum, available(name)) <= 0),
  )
  return Math.min(...indexes)
}

function availableOn(node: NodeFacts, held: Amounts | undefined, name: string): Quantity {
  return subtractQuantities(node.allocatable[name] ?? ZERO, held?.[name] ?? ZERO)
}
