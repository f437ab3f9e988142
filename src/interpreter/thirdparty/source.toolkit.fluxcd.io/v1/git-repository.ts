import { fluxObject, namedReferences } from '../../flux-object.ts'

/** @source spec/behaviour/status.md §6.2; Flux documentation, "GitRepository" */
export const gitRepository = fluxObject({
  gvk: { group: 'source.toolkit.fluxcd.io', version: 'v1', kind: 'GitRepository' },
  fields: ['artifact', 'includedArtifacts', 'lastHandledReconcileAt', 'observedIgnore', 'observedRecurseSubmodules'],
  getDependencies: template =>
    namedReferences(template, { secrets: [['secretRef'], ['proxySecretRef'], ['verify', 'secretRef']] }),
})
