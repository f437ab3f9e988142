import { listAt, objectAt } from '../../../../object/field.ts'
import { mergeDependencies } from '../../../pod-dependencies.ts'
import { fluxObject, namedReferences, sourceReference, valueReferences } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "Kustomization" */
export const kustomization = fluxObject({
  gvk: { group: 'kustomize.toolkit.fluxcd.io', version: 'v1', kind: 'Kustomization' },
  fields: ['lastAppliedRevision', 'lastAttemptedRevision', 'lastHandledReconcileAt'],
  getDependencies: template =>
    mergeDependencies([
      ...sourceReference(template, objectAt(template, 'spec', 'sourceRef')),
      ...valueReferences(template, listAt(template, 'spec', 'postBuild', 'substituteFrom')),
      ...namedReferences(template, {
        secrets: [
          ['decryption', 'secretRef'],
          ['kubeConfig', 'secretRef'],
        ],
        serviceAccounts: [['serviceAccountName']],
      }),
    ]),
})
