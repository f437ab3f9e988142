import { listAt, objectAt, stringAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus } from '../../../counters.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { type Dependency, mergeDependencies } from '../../../pod-dependencies.ts'
import { agreedFields, latestAt } from '../../member-statuses.ts'

const AGREED = ['externalMetricNames', 'hpaName', 'scaleTargetGVKR', 'scaleTargetKind', 'originalReplicaCount']
const ANY_OF = ['Active', 'Fallback', 'Paused']

/** @source KEDA documentation, "ScaledObject specification" */
export const scaledObject: KindInterpreter = {
  gvk: { group: 'keda.sh', version: 'v1alpha1', kind: 'ScaledObject' },
  isHealthy: observed => isConditionTrueIn(objectAt(observed, 'status'), 'Ready'),
  aggregateStatus: (template, items) =>
    mergeStatus(template, {
      ...agreedFields(items, AGREED),
      conditions: mergeConditions(items, { anyOf: ANY_OF }),
      lastActiveTime: latestAt(items, 'lastActiveTime'),
    }),
  getDependencies,
}

/** With what its triggers log in. The workload that it scales goes where its own policy says. */
function getDependencies(template: KubeObject): readonly Dependency[] {
  const references = listAt(template, 'spec', 'triggers').map(trigger => objectAt(trigger, 'authenticationRef'))
  const dependencies = references.flatMap((reference): readonly Dependency[] => {
    const name = stringAt(reference, 'name')
    if (name === undefined) return []
    const kind = stringAt(reference, 'kind') ?? 'TriggerAuthentication'
    const isOfCluster = kind === 'ClusterTriggerAuthentication'
    const place = isOfCluster ? {} : { namespace: template.metadata.namespace ?? '' }
    return [{ apiVersion: 'keda.sh/v1alpha1', kind, ...place, name }]
  })
  return mergeDependencies(dependencies)
}
