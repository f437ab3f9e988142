import { listAt, numberAt, stringAt, withValueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { hasObservedLatest } from '../../../generation.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, podDependencies } from '../../../pod-dependencies.ts'
import { aggregateKruise, heldBack, isUpdatePaused, type KruiseStatus, reflectKruise } from '../../kruise-workload.ts'

const STATUS: KruiseStatus = {
  counters: ['matchedPods', 'updatedPods', 'readyPods', 'updatedReadyPods'],
  agreed: ['latestRevision'],
}
/** By these Kruise in the member knows which version of the set a pod has got. */
const HASHES = ['kruise.io/sidecarset-hash', 'kruise.io/sidecarset-hash-without-image']

/** @source spec/behaviour/status.md §6.2; OpenKruise documentation, "SidecarSet" */
export const sidecarSet: KindInterpreter = {
  gvk: { group: 'apps.kruise.io', version: 'v1alpha1', kind: 'SidecarSet' },
  // It has no pods: its containers run in those of others.
  getReplicas: () => ({ replicas: 0 }),
  retain,
  reflectStatus: observed => reflectKruise(observed, STATUS),
  isHealthy,
  aggregateStatus: (template, items) => aggregateKruise(template, items, STATUS),
  getDependencies,
}

function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  return HASHES.reduce((object, name) => {
    const hash = stringAt(observed, 'metadata', 'annotations', name)
    return hash === undefined ? object : withValueAt(object, ['metadata', 'annotations', name], hash)
  }, desired)
}

/** The pods that it matches are ready, and have its latest version unless it is told to leave them alone. */
function isHealthy(observed: KubeObject): boolean {
  const count = (name: string): number => numberAt(observed, 'status', name) ?? 0
  const matched = count('matchedPods')
  const isUpdated = isUpdatePaused(observed) || count('updatedPods') >= matched - heldBack(observed, matched)
  return hasObservedLatest(observed) && isUpdated && count('readyPods') >= matched
}

/** Its containers read what is in the namespaces of the pods; of these only `spec.namespace` is known beforehand. */
function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = stringAt(template, 'spec', 'namespace')
  if (namespace === undefined) return []
  const lists = ['initContainers', 'containers', 'volumes', 'imagePullSecrets']
  const spec = Object.fromEntries(lists.map(list => [list, listAt(template, 'spec', list)]))
  return podDependencies({ spec }, namespace)
}
