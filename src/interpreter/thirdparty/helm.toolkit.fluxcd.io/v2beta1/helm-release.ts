import { listAt, objectAt } from '../../../../object/field.ts'
import { mergeDependencies } from '../../../pod-dependencies.ts'
import { fluxObject, namedReferences, sourceReference, valueReferences } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "HelmRelease" */
export const helmRelease = fluxObject({
  gvk: { group: 'helm.toolkit.fluxcd.io', version: 'v2beta1', kind: 'HelmRelease' },
  fields: [
    'lastAppliedRevision',
    'lastAttemptedRevision',
    'lastAttemptedValuesChecksum',
    'lastHandledReconcileAt',
    'lastReleaseRevision',
    'failures',
    'installFailures',
    'upgradeFailures',
  ],
  getDependencies: template =>
    mergeDependencies([
      ...sourceReference(template, objectAt(template, 'spec', 'chart', 'spec', 'sourceRef')),
      ...valueReferences(template, listAt(template, 'spec', 'valuesFrom')),
      ...namedReferences(template, {
        secrets: [
          ['kubeConfig', 'secretRef'],
          ['chart', 'spec', 'verify', 'secretRef'],
        ],
        serviceAccounts: [['serviceAccountName']],
      }),
    ]),
})
