import { stringAt, withValueAt } from '../../../../object/field.ts'
import type { KubeObject } from '../../../../object/kube-object.ts'
import type { KindInterpreter } from '../../../kind-interpreter.ts'
import { templateDependencies } from '../../../pod-dependencies.ts'
import { aggregateConditioned, isReadyNow } from '../../conditioned-status.ts'
import { reflectFields } from '../../member-statuses.ts'

const AGREED = ['url', 'address', 'traffic', 'latestCreatedRevisionName', 'latestReadyRevisionName']
/** Its admission writes them, and refuses every change of the first. */
const AUTHORS = ['serving.knative.dev/creator', 'serving.knative.dev/lastModifier']

/** @source Knative documentation, "Knative Serving API", Service */
export const knativeService: KindInterpreter = {
  gvk: { group: 'serving.knative.dev', version: 'v1', kind: 'Service' },
  retain,
  reflectStatus: observed => reflectFields(observed, ['conditions', 'observedGeneration', ...AGREED]),
  isHealthy: isReadyNow,
  aggregateStatus: (template, items) => aggregateConditioned(template, items, { agreed: AGREED }),
  getDependencies: template => templateDependencies(template, 'spec', 'template'),
}

function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  return AUTHORS.reduce((object, name) => {
    const author = stringAt(observed, 'metadata', 'annotations', name)
    return author === undefined ? object : withValueAt(object, ['metadata', 'annotations', name], author)
  }, desired)
}
