import { fluxObject, namedReferences } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "OCIRepository" */
export const ociRepository = fluxObject({
  gvk: { group: 'source.toolkit.fluxcd.io', version: 'v1beta2', kind: 'OCIRepository' },
  fields: ['artifact', 'url', 'lastHandledReconcileAt', 'contentConfigChecksum'],
  getDependencies: template =>
    namedReferences(template, {
      secrets: [['secretRef'], ['certSecretRef'], ['proxySecretRef'], ['verify', 'secretRef']],
      serviceAccounts: [['serviceAccountName']],
    }),
})
