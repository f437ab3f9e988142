import { listAt, numberAt, stringAt, valueAt } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'

export interface ObservedRollout {
  readonly template: KubeObject
  readonly binding: Pick<Binding, 'spec' | 'status'>
  /** The status of all clusters together. */
  readonly status: JsonObject
  /** RFC 3339. */
  readonly now: string
}

interface Stated {
  readonly type: 'Available' | 'Progressing'
  readonly status: 'True' | 'False' | 'Unknown'
  readonly reason: string
  readonly message: string
}

/**
 * Conditions of a parked Deployment, which its own controller would set if it ran on the host: with them
 * `kubectl wait --for=condition=Available` and tools that look for them work there as with any Deployment. Types and reasons are
 * those of the deployment controller.
 *
 * @source Kubernetes API reference, apps/v1 DeploymentStatus; spec/behaviour/status.md §3 leaves conditions as they are, which
 *   holds where nothing is parked
 */
export function deploymentConditions(rollout: ObservedRollout): readonly JsonObject[] {
  const before = listAt(rollout.template, 'status', 'conditions').filter(isJsonObject)
  const isComplete = isRolledOut(rollout)
  return [available(rollout, isComplete), progressing(rollout, isComplete)].map(stated => {
    const former = before.find(({ type }) => type === stated.type)
    const isSame = former !== undefined && former['reason'] === stated.reason && former['message'] === stated.message
    if (isSame && former['status'] === stated.status) return former
    const since = former?.['status'] === stated.status ? former['lastTransitionTime'] : undefined
    return { ...stated, lastUpdateTime: rollout.now, lastTransitionTime: since ?? rollout.now }
  })
}

function available({ template, binding, status }: ObservedRollout, isComplete: boolean): Stated {
  const type = 'Available'
  const targets = binding.spec.clusters ?? []
  if (targets.length === 0) {
    return { type, status: 'False', reason: 'MinimumReplicasUnavailable', message: 'No member has been chosen for it.' }
  }
  const wanted = targets.map(target => target.replicas ?? numberAt(template, 'spec', 'replicas') ?? 1)
  const total = wanted.reduce((sum, replicas) => sum + replicas, 0)
  const minimum = wanted.reduce((sum, replicas) => sum + replicas - mayBeUnavailable(template, replicas), 0)
  const count = numberAt(status, 'availableReplicas') ?? 0
  const message = `${count} of ${total} replicas are available in ${targets.length === 1 ? '1 member' : `${targets.length} members`}.`
  // Where members scale by themselves, each knows its own number.
  return isComplete || count >= minimum
    ? { type, status: 'True', reason: 'MinimumReplicasAvailable', message }
    : { type, status: 'False', reason: 'MinimumReplicasUnavailable', message }
}

function progressing({ binding }: ObservedRollout, isComplete: boolean): Stated {
  const type = 'Progressing'
  if ((binding.spec.clusters ?? []).length === 0) {
    return { type, status: 'Unknown', reason: 'NotScheduled', message: 'No member has been chosen for it.' }
  }
  return isComplete
    ? { type, status: 'True', reason: 'NewReplicaSetAvailable', message: 'Every member has rolled it out.' }
    : { type, status: 'True', reason: 'ReplicaSetUpdated', message: 'Not every member has rolled it out yet.' }
}

/** Whether every target has rolled out the template as it is now. */
function isRolledOut({ template, binding, status }: ObservedRollout): boolean {
  const targets = binding.spec.clusters ?? []
  const health = new Map((binding.status?.aggregatedStatus ?? []).map(item => [item.clusterName, item.health]))
  const isObserved = (numberAt(status, 'observedGeneration') ?? 0) >= (template.metadata.generation ?? 0)
  return targets.length > 0 && isObserved && targets.every(({ name }) => health.get(name) === 'Healthy')
}

/** How many of a cluster's replicas a rollout may take away; a quarter unless the strategy says otherwise. */
function mayBeUnavailable(template: KubeObject, replicas: number): number {
  if (stringAt(template, 'spec', 'strategy', 'type') === 'Recreate') return 0
  const share = (field: 'maxUnavailable' | 'maxSurge', round: (value: number) => number): number => {
    const value = valueAt(template, 'spec', 'strategy', 'rollingUpdate', field) ?? '25%'
    if (typeof value === 'string') return round((replicas * Number.parseInt(value, 10)) / 100)
    return Number(value)
  }
  const unavailable = share('maxUnavailable', Math.floor)
  const least = unavailable === 0 && share('maxSurge', Math.ceil) === 0 ? 1 : unavailable
  return Math.min(least, replicas)
}
