import { objectAt } from '../../../../object/field.ts'
import { mergeDependencies } from '../../../pod-dependencies.ts'
import { fluxObject, namedReferences, sourceReference } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "HelmChart" */
export const helmChart = fluxObject({
  gvk: { group: 'source.toolkit.fluxcd.io', version: 'v1beta2', kind: 'HelmChart' },
  fields: ['artifact', 'url', 'lastHandledReconcileAt', 'observedChartName', 'observedSourceArtifactRevision'],
  getDependencies: template =>
    mergeDependencies([
      ...sourceReference(template, objectAt(template, 'spec', 'sourceRef')),
      ...namedReferences(template, { secrets: [['verify', 'secretRef']] }),
    ]),
})
