import { listAt, valueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import { mergeStatus } from '../../../counters.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { type Dependency, mergeDependencies, podDependencies } from '../../../pod-dependencies.ts'
import { agreedFields, latestAt } from '../../member-statuses.ts'

/** What it may start; exactly one of them is given. */
const TEMPLATES = ['jobTemplate', 'broadcastJobTemplate']

/** @source spec/behaviour/status.md §6.2; OpenKruise documentation, "AdvancedCronJob" */
export const advancedCronJob: KindInterpreter = {
  gvk: { group: 'apps.kruise.io', version: 'v1alpha1', kind: 'AdvancedCronJob' },
  aggregateStatus: (template, items) =>
    mergeStatus(template, {
      ...agreedFields(items, ['type']),
      active: items.flatMap(item => listAt(item.status, 'active')),
      lastScheduleTime: latestAt(items, 'lastScheduleTime'),
    }),
  getDependencies,
}

function getDependencies(template: KubeObject): readonly Dependency[] {
  const namespace = template.metadata.namespace ?? ''
  const podTemplates = TEMPLATES.map(name => valueAt(template, 'spec', 'template', name, 'spec', 'template'))
  return mergeDependencies(podTemplates.flatMap(each => podDependencies(each, namespace)))
}
