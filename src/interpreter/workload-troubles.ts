import { definedFields, listAt, stringAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'

/**
 * Those conditions of a member's Deployment or ReplicaSet that say that it comes no further: its progress deadline has passed,
 * or its Pods cannot be made. Karmada reflects no conditions; the others of them change with every step of a rollout and tell the
 * host nothing that the counters do not.
 *
 * @returns without the time of the last update, so that the same trouble is the same status.
 * @source Kubernetes API reference: DeploymentConditionType, ReplicaSetConditionType
 */
export function troublesOf(observed: KubeObject): readonly JsonObject[] {
  return listAt(observed, 'status', 'conditions')
    .filter(isJsonObject)
    .filter(isTrouble)
    .map(({ type, status, reason, message, lastTransitionTime }) =>
      definedFields({ type, status, reason, message, lastTransitionTime }),
    )
}

/** @returns what is reflected of a workload, with its {@link troublesOf troubles} where it has any. */
export function withTroubles(reflected: JsonObject | undefined, observed: KubeObject): JsonObject | undefined {
  const troubles = troublesOf(observed)
  return reflected && troubles.length > 0 ? { ...reflected, conditions: troubles } : reflected
}

/** Whether a condition says that a rollout comes no further. */
export function isTrouble(condition: unknown): boolean {
  return isDeadlineExceeded(condition) || isReplicaFailure(condition)
}

/** Whether a condition says that a rollout took longer than it may. */
export function isDeadlineExceeded(condition: unknown): boolean {
  return stringAt(condition, 'type') === 'Progressing' && stringAt(condition, 'reason') === 'ProgressDeadlineExceeded'
}

/** Whether a condition says that Pods cannot be made or taken away. */
export function isReplicaFailure(condition: unknown): boolean {
  return stringAt(condition, 'type') === 'ReplicaFailure' && stringAt(condition, 'status') === 'True'
}
