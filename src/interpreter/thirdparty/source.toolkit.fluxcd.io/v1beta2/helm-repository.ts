import { fluxObject, namedReferences } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "HelmRepository" */
export const helmRepository = fluxObject({
  gvk: { group: 'source.toolkit.fluxcd.io', version: 'v1beta2', kind: 'HelmRepository' },
  fields: ['artifact', 'url', 'lastHandledReconcileAt'],
  getDependencies: template => namedReferences(template, { secrets: [['secretRef'], ['certSecretRef']] }),
})
