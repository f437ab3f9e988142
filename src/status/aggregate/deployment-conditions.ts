import { numberAt, stringAt, valueAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { scalarText } from '../../object/raw-json.ts'
import { isDoubtful, type ObservedRollout, replicaFailures, type Standing, standingOf, targetsOf } from './rollout.ts'
import { type Stated, stateConditions } from './stated-conditions.ts'

const OWNED = ['Available', 'Progressing', 'ReplicaFailure']

/**
 * Conditions of a Deployment, which its own controller would set if it ran on the host: with them
 * `kubectl wait --for=condition=Available`, kstatus and tools that look for them work there as with any Deployment. Types and
 * reasons are those of the deployment controller.
 *
 * @source Kubernetes API reference, apps/v1 DeploymentStatus; spec/behaviour/status.md §3 leaves conditions as they are: these
 *   come in addition
 */
export function deploymentConditions(rollout: ObservedRollout): readonly JsonObject[] {
  const standing = standingOf(rollout, ({ item }) => item?.health === 'Healthy')
  const failures = replicaFailures(rollout.binding)
  const failure: Stated = {
    ...{ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate' },
    message: failures.join(' '),
  }
  const stated = [
    available(rollout, standing),
    { type: 'Progressing', ...progressing(standing) },
    ...(failures.length > 0 ? [failure] : []),
  ]
  return stateConditions(rollout.template, { owned: OWNED, stated, now: rollout.now, hasUpdateTime: true })
}

function available({ template, binding, status }: ObservedRollout, standing: Standing): Stated {
  const type = 'Available'
  const targets = targetsOf(binding)
  if (standing.state === 'unplaced') {
    return { type, status: 'False', reason: 'MinimumReplicasUnavailable', message: standing.message }
  }
  const wanted = targets.map(target => target.replicas ?? numberAt(template, 'spec', 'replicas') ?? 1)
  const total = sum(wanted)
  const minimum = sum(wanted.map(replicas => replicas - mayBeUnavailable(template, replicas)))
  const told = numberAt(status, 'availableReplicas') ?? 0
  const sure =
    told - sum(targets.filter(isDoubtful).map(({ item }) => numberAt(item?.status, 'availableReplicas') ?? 0))
  const message = `${sure} of ${total} replicas are available in ${targets.length === 1 ? '1 member' : `${targets.length} members`}.`
  // Where members scale by themselves, each knows its own number.
  if (standing.state === 'complete' || sure >= minimum) {
    return { type, status: 'True', reason: 'MinimumReplicasAvailable', message }
  }
  return sure < told && told >= minimum && standing.state === 'unknown'
    ? { type, status: 'Unknown', reason: standing.reason, message: `${message} ${standing.message}` }
    : { type, status: 'False', reason: 'MinimumReplicasUnavailable', message }
}

function progressing(standing: Standing): Omit<Stated, 'type'> {
  switch (standing.state) {
    case 'complete':
      return { status: 'True', reason: 'NewReplicaSetAvailable', message: 'Every member has rolled it out.' }
    case 'rolling':
      return { status: 'True', reason: 'ReplicaSetUpdated', message: standing.message }
    case 'broken':
      return { status: 'False', reason: standing.reason, message: standing.message }
    case 'unplaced':
    case 'unknown':
      return { status: 'Unknown', reason: standing.reason, message: standing.message }
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}

/** How many of a cluster's replicas a rollout may take away; a quarter unless the strategy says otherwise. */
function mayBeUnavailable(template: KubeObject, replicas: number): number {
  if (stringAt(template, 'spec', 'strategy', 'type') === 'Recreate') return 0
  const share = (field: 'maxUnavailable' | 'maxSurge', round: (value: number) => number): number => {
    const value = valueAt(template, 'spec', 'strategy', 'rollingUpdate', field) ?? '25%'
    if (typeof value === 'string') return round((replicas * Number.parseInt(value, 10)) / 100)
    return Number(scalarText(value))
  }
  const unavailable = share('maxUnavailable', Math.floor)
  const least = unavailable === 0 && share('maxSurge', Math.ceil) === 0 ? 1 : unavailable
  return Math.min(least, replicas)
}
