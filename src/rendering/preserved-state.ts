import type { StatePreservationRule } from '../api/generated/propagation-policy.ts'
import { readJsonPath } from '../object/json-path.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isPurgedAtOnce } from '../policy/purge-mode.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { mergeText, type TextMap } from './metadata.ts'

const LABEL_VALUE = /^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$/

/**
 * The labels that carry what a cluster reported over to the next one.
 *
 * @param rules of the policy's statePreservation
 * @throws ReconcileError PreservedStateMissing (backoff) when the cluster has reported no status, or not such a one
 * @source spec/behaviour/clusters.md §4, §6
 */
export function preservedLabels(
  { status }: Pick<Binding, 'status'>,
  cluster: string,
  rules: readonly StatePreservationRule[],
): TextMap {
  const reported = status?.aggregatedStatus?.find(({ clusterName }) => clusterName === cluster)?.status
  if (reported === undefined) throw missing(`cluster ${cluster} has reported no status`)
  return Object.fromEntries(rules.map(rule => [rule.aliasLabelName, labelValue(reported, cluster, rule)]))
}

function labelValue(status: unknown, cluster: string, { aliasLabelName, jsonPath }: StatePreservationRule): string {
  const [value] = found(status, jsonPath)
  if (value === undefined || value === null || typeof value === 'object') {
    throw missing(`the status that cluster ${cluster} reported has no value at ${jsonPath} for label ${aliasLabelName}`)
  }
  const text = String(value)
  if (!LABEL_VALUE.test(text)) throw missing(`${JSON.stringify(text)} at ${jsonPath} cannot be the value of a label`)
  return text
}

function found(status: unknown, jsonPath: string): readonly unknown[] {
  try {
    return readJsonPath(status, jsonPath)
  } catch (error) {
    throw missing(error instanceof Error ? error.message : String(error))
  }
}

function missing(what: string): ReconcileError {
  return new ReconcileError('PreservedStateMissing', `The workload stays where it is: ${what}`, { retry: 'backoff' })
}

/**
 * Puts the labels that were remembered onto the one new copy of a workload that was taken from its last cluster at once.
 *
 * @returns the same manifest when there is nothing to hand over.
 * @source spec/behaviour/propagation.md §8 item 4e
 */
export function withPreservedState({ spec }: Pick<Binding, 'spec'>, manifest: KubeObject): KubeObject {
  const [target, ...others] = spec.clusters ?? []
  const task = spec.gracefulEvictionTasks?.at(-1)
  if (target === undefined || others.length > 0 || task === undefined || !isPurgedAtOnce(task)) return manifest
  const { preservedLabelState = {}, clustersBeforeFailover = [] } = task
  if (clustersBeforeFailover.includes(target.name) || Object.keys(preservedLabelState).length === 0) return manifest
  return mergeText(manifest, 'labels', preservedLabelState)
}
