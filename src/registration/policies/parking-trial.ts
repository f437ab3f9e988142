import { CONFIG_MAP } from '../../api/kinds.ts'
import { LABEL } from '../../api/names.ts'
import type { KubeObject } from '../../object/kube-object.ts'

/** The name of the ConfigMap that tries out whether the apiserver acts on MutatingAdmissionPolicies; it is never stored. */
export const PARKING_TRIAL = 'flotilla-parking-trial'

/** Every cluster has it, and no policy leaves it out, unless the operator lives there. */
export const TRIAL_NAMESPACE = 'default'

/** What a policy must match besides to answer the trial. */
export const TRIAL_RULE = {
  apiGroups: [CONFIG_MAP.group],
  apiVersions: [CONFIG_MAP.version],
  operations: ['CREATE'],
  resources: [CONFIG_MAP.plural],
}

/** CEL: that no other ConfigMap is meant. */
export const TRIAL_ONLY = `object.kind != '${CONFIG_MAP.kind}' || object.metadata.name == '${PARKING_TRIAL}'`

/**
 * What is sent as a dry run: an apiserver may serve such policies and not act on them (feature gate, admission plugin). It is
 * answered by the policy that copies the label of local objects into an annotation.
 */
export function parkingTrial(): KubeObject {
  const metadata = { name: PARKING_TRIAL, namespace: TRIAL_NAMESPACE, labels: { [LABEL.local]: 'true' } }
  return { apiVersion: 'v1', kind: CONFIG_MAP.kind, metadata }
}

/** Whether the apiserver acted on the policy. */
export function isAnswered({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[LABEL.local] === 'true'
}
