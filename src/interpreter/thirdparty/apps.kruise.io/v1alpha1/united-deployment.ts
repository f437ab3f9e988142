import { numberAt, objectAt, valueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus } from '../../../counters.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { reviseSpecReplicas, toReplicas } from '../../../replica-workload.ts'
import { aggregateKruise, isKruiseRolledOut, type KruiseStatus, reflectKruise } from '../../kruise-workload.ts'
import { sumMaps } from '../../member-statuses.ts'

const STATUS: KruiseStatus = {
  counters: ['replicas', 'readyReplicas', 'updatedReplicas', 'updatedReadyReplicas'],
  agreed: ['currentRevision', 'labelSelector'],
  required: ['currentRevision'],
}
/** The workload of which each subset gets one: exactly one of them is given. */
const TEMPLATES = ['statefulSetTemplate', 'advancedStatefulSetTemplate', 'cloneSetTemplate', 'deploymentTemplate']

/** @source spec/behaviour/status.md §6.2; OpenKruise documentation, "UnitedDeployment" */
export const unitedDeployment: KindInterpreter = {
  gvk: { group: 'apps.kruise.io', version: 'v1alpha1', kind: 'UnitedDeployment' },
  getReplicas: template => toReplicas(numberAt(template, 'spec', 'replicas') ?? 1, podTemplatesOf(template)[0]),
  reviseReplicas: reviseSpecReplicas,
  reflectStatus: observed => {
    const status = reflectKruise(observed, STATUS)
    const subsetReplicas = objectAt(observed, 'status', 'subsetReplicas')
    return status && { ...status, ...(subsetReplicas && { subsetReplicas }) }
  },
  isHealthy: observed => isKruiseRolledOut(observed, 'readyReplicas'),
  aggregateStatus: (template, items) =>
    mergeStatus(aggregateKruise(template, items, STATUS), {
      // Subsets of one name are the same subset in each cluster.
      subsetReplicas: sumMaps(items.map(item => objectAt(item.status, 'subsetReplicas'))),
    }),
  getDependencies,
}

function podTemplatesOf(template: KubeObject): readonly unknown[] {
  return TEMPLATES.map(name => valueAt(template, 'spec', 'template', name, 'spec', 'template')).filter(
    each => each !== undefined,
  )
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies(podTemplatesOf(template).flatMap(each => podDependencies(each, namespace)))
}
