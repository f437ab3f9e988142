import { fluxObject, namedReferences } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "Bucket" */
export const bucket = fluxObject({
  gvk: { group: 'source.toolkit.fluxcd.io', version: 'v1beta2', kind: 'Bucket' },
  fields: ['artifact', 'url', 'lastHandledReconcileAt', 'observedIgnore'],
  getDependencies: template =>
    namedReferences(template, { secrets: [['secretRef'], ['certSecretRef'], ['proxySecretRef']] }),
})
