import { listAt, numberAt, objectAt, stringAt, valueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus } from '../../../counters.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { toComponent } from '../../pod-groups.ts'

const ANY_OF = ['Evicted', 'Preempted', 'Requeued', 'DeactivationTarget']

/** @source Kueue documentation, "Workload" */
export const kueueWorkload: KindInterpreter = {
  gvk: { group: 'kueue.x-k8s.io', version: 'v1beta1', kind: 'Workload' },
  getComponents: template =>
    listAt(template, 'spec', 'podSets').map(podSet =>
      toComponent({
        name: stringAt(podSet, 'name') ?? 'main',
        replicas: numberAt(podSet, 'count') ?? 1,
        podTemplate: valueAt(podSet, 'template'),
      }),
    ),
  isHealthy,
  aggregateStatus: (template, items) =>
    mergeStatus(template, { conditions: mergeConditions(items, { anyOf: ANY_OF }) }),
  getDependencies: template => {
    const podTemplates = listAt(template, 'spec', 'podSets').map(podSet => valueAt(podSet, 'template'))
    return mergeDependencies(podTemplates.flatMap(each => podDependencies(each, template.metadata.namespace ?? '')))
  },
}

/** It has its share of the quota, or has ended well. */
function isHealthy(observed: KubeObject): boolean {
  const status = objectAt(observed, 'status')
  const finished = listAt(status, 'conditions').find(condition => stringAt(condition, 'type') === 'Finished')
  if (stringAt(finished, 'status') === 'True') return stringAt(finished, 'reason') !== 'Failed'
  return isConditionTrueIn(status, 'Admitted') && !isConditionTrueIn(status, 'Evicted')
}
