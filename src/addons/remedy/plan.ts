import type { DecisionMatch } from '../../api/generated/remedy.ts'
import { findCondition } from '../../object/condition.ts'
import { deepEqual } from '../../object/equality.ts'
import type { Cluster, Remedy } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'

/**
 * What remedies want to be done about a cluster: the actions of all that name it and find one of their conditions, each
 * once, in the order of their names.
 *
 * @returns a merge patch of the status subresource; undefined when nothing changes.
 * @source spec/behaviour/clusters.md §8
 */
export function plan(cluster: Cluster, remedies: readonly Remedy[]): JsonObject | undefined {
  const wanted = remedies.filter(remedy => isFor(remedy, cluster)).flatMap(remedy => remedy.spec.actions ?? [])
  const actions = [...new Set(wanted)].toSorted()
  if (deepEqual(actions, cluster.status?.remedyActions ?? [])) return undefined
  return { status: { remedyActions: actions.length === 0 ? null : actions } }
}

function isFor({ spec }: Remedy, cluster: Cluster): boolean {
  const { clusterAffinity, decisionMatches = [] } = spec
  const named = clusterAffinity === undefined || clusterAffinity.clusterNames?.includes(cluster.metadata.name) === true
  return named && (decisionMatches.length === 0 || decisionMatches.some(match => holds(match, cluster)))
}

/** A condition that the cluster does not have fits neither operator. */
function holds({ clusterConditionMatch: match }: DecisionMatch, { status }: Cluster): boolean {
  const found = match && findCondition(status?.conditions, match.conditionType)
  return found !== undefined && (found.status === match?.conditionStatus) === (match?.operator === 'Equal')
}
