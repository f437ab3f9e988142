import { numberAt, objectAt, valueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus, sumCounters } from '../../../counters.ts'
import type { KindInterpreter, Replicas } from '../../../kind-interpreter.ts'
import { isConditionTrueIn, mergeConditions } from '../../../member-conditions.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { reviseSpecReplicas } from '../../../replica-workload.ts'
import { agreedFields } from '../../member-statuses.ts'
import { largestRequirements } from '../../pod-groups.ts'

const COUNTERS = ['replicas', 'readyReplicas', 'updatedReplicas']
const TEMPLATES = ['leaderTemplate', 'workerTemplate']

/**
 * A replica is a group of a leader and its workers: it counts as its largest pod, since groups are spread over nodes.
 *
 * @source LeaderWorkerSet documentation, "API reference"
 */
export const leaderWorkerSet: KindInterpreter = {
  gvk: { group: 'leaderworkerset.x-k8s.io', version: 'v1', kind: 'LeaderWorkerSet' },
  getReplicas,
  reviseReplicas: reviseSpecReplicas,
  isHealthy,
  aggregateStatus: (template, items) =>
    mergeStatus(
      template,
      {
        ...sumCounters(items, COUNTERS),
        ...agreedFields(items, ['hpaPodSelector']),
        conditions: mergeConditions(items, { anyOf: ['Progressing', 'UpgradeInProgress'] }),
      },
      COUNTERS,
    ),
  getDependencies,
}

function getReplicas(template: KubeObject): Replicas {
  const replicas = numberAt(template, 'spec', 'replicas') ?? 1
  const requirements = largestRequirements(podTemplates(template))
  return requirements === undefined ? { replicas } : { replicas, requirements }
}

function isHealthy(observed: KubeObject): boolean {
  const wanted = numberAt(observed, 'spec', 'replicas') ?? 1
  const status = objectAt(observed, 'status')
  const isAt = (counter: string): boolean => (numberAt(status, counter) ?? 0) >= wanted
  return isConditionTrueIn(status, 'Available') && isAt('readyReplicas') && isAt('updatedReplicas')
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies(podTemplates(template).flatMap(each => podDependencies(each, namespace)))
}

/** Without a template of its own, a leader is a pod like the workers. */
function podTemplates(template: KubeObject): readonly unknown[] {
  return TEMPLATES.map(name => valueAt(template, 'spec', 'leaderWorkerTemplate', name)).filter(
    each => each !== undefined,
  )
}
