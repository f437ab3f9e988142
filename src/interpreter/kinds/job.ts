import { listAt, numberAt, objectAt, stringAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { goStruct } from '../go-json.ts'
import { aggregateJobStatus, isJobFinished } from '../job-status.ts'
import type { KindInterpreter, Replicas } from '../kind-interpreter.ts'
import { templateDependencies } from '../pod-dependencies.ts'
import { toReplicas } from '../replica-workload.ts'

/** @source spec/behaviour/status.md §3-5, propagation.md §9.1 */
export const job: KindInterpreter = {
  gvk: { group: 'batch', version: 'v1', kind: 'Job' },
  getReplicas,
  reviseReplicas: (template, replicas) =>
    numberAt(template, 'spec', 'parallelism') === undefined
      ? template
      : withValueAt(template, ['spec', 'parallelism'], replicas),
  retain,
  reflectStatus: observed => {
    const status = objectAt(observed, 'status')
    return (
      status &&
      goStruct({
        active: numberAt(status, 'active'),
        succeeded: numberAt(status, 'succeeded'),
        failed: numberAt(status, 'failed'),
        conditions: listAt(status, 'conditions'),
        startTime: stringAt(status, 'startTime'),
        completionTime: stringAt(status, 'completionTime'),
      })
    )
  },
  aggregateStatus: (template, items) =>
    isJobFinished(template['status'])
      ? template
      : withValueAt(template, ['status'], aggregateJobStatus(template, items)),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}

/** No more pods run side by side than there are completions left to reach. */
function getReplicas(template: KubeObject): Replicas {
  const parallelism = numberAt(template, 'spec', 'parallelism') ?? 0
  const completions = numberAt(template, 'spec', 'completions') ?? parallelism
  return toReplicas(Math.min(parallelism, completions), objectAt(template, 'spec', 'template'))
}

/** The member's apiserver has put the Job's own UID into these, and they can never change. */
function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  const matchLabels = objectAt(observed, 'spec', 'selector', 'matchLabels')
  const labels = objectAt(observed, 'spec', 'template', 'metadata', 'labels')
  const withSelector = matchLabels ? withValueAt(desired, ['spec', 'selector', 'matchLabels'], matchLabels) : desired
  return labels ? withValueAt(withSelector, ['spec', 'template', 'metadata', 'labels'], labels) : withSelector
}
