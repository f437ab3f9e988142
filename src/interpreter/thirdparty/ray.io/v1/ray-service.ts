import { listAt, numberAt, objectAt, stringAt, withValueAt } from '../../../../object/field.ts'
import type { JsonObject, KubeObject } from '../../../../object/kube-object.ts'
import { isJsonObject } from '../../../../object/raw-json.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { AggregatedStatusItem, KindInterpreter, Replicas } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { mergeDependencies } from '../../../pod-dependencies.ts'
import { decisiveState, latestAt, type StateOrder } from '../../member-statuses.ts'
import { largestRequirements } from '../../pod-groups.ts'
import { rayDependencies, workerGroups } from '../../ray-cluster-spec.ts'

const STATES: StateOrder = { path: ['serviceStatus'], states: ['', 'Running'] }

/**
 * Its replicas are its workers: each cluster that gets some has a head of its own beside them.
 *
 * @source spec/behaviour/status.md §6.2; KubeRay documentation, "RayService"
 */
export const rayService: KindInterpreter = {
  gvk: { group: 'ray.io', version: 'v1', kind: 'RayService' },
  getReplicas,
  reviseReplicas,
  isHealthy: observed => isServing(objectAt(observed, 'status')),
  aggregateStatus: (template, items) => mergeStatus(template, mergedStatus(items)),
  getDependencies: template =>
    mergeDependencies(rayDependencies(clusterOf(template), template.metadata.namespace ?? '')),
}

function clusterOf(template: KubeObject): JsonObject | undefined {
  return objectAt(template, 'spec', 'rayClusterConfig')
}

function getReplicas(template: KubeObject): Replicas {
  const groups = workerGroups(clusterOf(template))
  const requirements = largestRequirements(groups.map(group => group.podTemplate))
  const replicas = wantedReplicas(template).reduce((sum, each) => sum + each, 0)
  return requirements === undefined ? { replicas } : { replicas, requirements }
}

/** A cluster's share is divided over its groups as the template's whole is; what is left over goes to the first. */
function reviseReplicas(template: KubeObject, replicas: number): KubeObject {
  const groups = listAt(clusterOf(template), 'workerGroupSpecs')
  const wanted = wantedReplicas(template)
  const total = wanted.reduce((sum, each) => sum + each, 0)
  if (total === 0 || total === replicas) return template
  const shares = divide(replicas, wanted, total)
  const revised = groups.map((group, index) => withReplicas(group, shares[index] ?? 0))
  return withValueAt(template, ['spec', 'rayClusterConfig', 'workerGroupSpecs'], revised)
}

function wantedReplicas(template: KubeObject): readonly number[] {
  return listAt(clusterOf(template), 'workerGroupSpecs').map(group => numberAt(group, 'replicas') ?? 0)
}

function divide(replicas: number, weights: readonly number[], total: number): readonly number[] {
  const floors = weights.map(weight => Math.floor((replicas * weight) / total))
  let left = replicas - floors.reduce((sum, each) => sum + each, 0)
  return floors.map((floor, index) => {
    const takes = left > 0 && (weights[index] ?? 0) > 0
    if (takes) left -= 1
    return takes ? floor + 1 : floor
  })
}

/** A share below the group's minimum lowers it: Ray would bring it up again. */
function withReplicas(group: unknown, replicas: number): unknown {
  if (!isJsonObject(group)) return group
  const minReplicas = numberAt(group, 'minReplicas')
  return { ...group, replicas, ...(minReplicas !== undefined && { minReplicas: Math.min(minReplicas, replicas) }) }
}

function isServing(status: JsonObject | undefined): boolean {
  return isConditionTrueIn(status, 'Ready') || stringAt(status, 'serviceStatus') === 'Running'
}

function mergedStatus(items: readonly AggregatedStatusItem[]): JsonObject {
  return {
    ...sumCounters(items, ['numServeEndpoints']),
    serviceStatus: decisiveState(items, STATES),
    conditions: mergeConditions(items, { anyOf: ['UpgradeInProgress'] }),
    lastUpdateTime: latestAt(items, 'lastUpdateTime'),
  }
}
