import { numberAt, stringAt, valueAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { type ObservedRollout, type RolloutTarget, replicaFailures, standingOf } from './rollout.ts'
import { type Stated, stateConditions } from './stated-conditions.ts'

const RECONCILING = 'Reconciling'
const REPLICA_FAILURE = 'ReplicaFailure'

/**
 * Conditions of a StatefulSet, DaemonSet or ReplicaSet. Their controllers of one cluster set none that tell of a rollout, and the
 * counters of a fleet cannot tell a member that has twice what it needs from two that have what they need. `Reconciling` does: True
 * while some member has not rolled it out, with their names, and not there otherwise, as kstatus defines it for every kind.
 *
 * @source kstatus: conditions "Reconciling" and "Stalled"; Kubernetes API reference: ReplicaSetConditionType
 */
export function reconcilingConditions(rollout: ObservedRollout): readonly JsonObject[] {
  const standing = standingOf(rollout, target => isDone(rollout.template, target))
  const failures = replicaFailures(rollout.binding)
  const reconciling: readonly Stated[] =
    standing.state === 'complete'
      ? []
      : [{ type: RECONCILING, status: 'True', reason: standing.reason, message: standing.message }]
  const failure: readonly Stated[] =
    failures.length === 0
      ? []
      : [{ type: REPLICA_FAILURE, status: 'True', reason: 'FailedCreate', message: failures.join(' ') }]
  const stated = [...reconciling, ...failure]
  return stateConditions(rollout.template, { owned: [RECONCILING, REPLICA_FAILURE], stated, now: rollout.now })
}

/** Where a StatefulSet's owner decides which Pods are updated, it is done when those that are to be are. */
function isDone(template: KubeObject, { item, replicas }: RolloutTarget): boolean {
  if (item?.health === 'Healthy') return true
  const left = pastPartition(template)
  if (left === undefined || item?.applied !== true) return false
  const wanted = replicas ?? numberAt(template, 'spec', 'replicas') ?? 1
  const count = (name: string): number => numberAt(item.status, name) ?? 0
  return count('readyReplicas') >= wanted && count('updatedReplicas') >= wanted - left
}

/** How many Pods of a StatefulSet need not be updated; undefined when all must. */
function pastPartition(template: KubeObject): number | undefined {
  if (template.kind !== 'StatefulSet') return undefined
  if (stringAt(template, 'spec', 'updateStrategy', 'type') === 'OnDelete') return Number.POSITIVE_INFINITY
  const partition = valueAt(template, 'spec', 'updateStrategy', 'rollingUpdate', 'partition')
  return typeof partition === 'number' && partition > 0 ? partition : undefined
}
