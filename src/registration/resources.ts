import type { Resource } from '../api/kinds.ts'

export { CLUSTER_ROLE } from '../api/kinds.ts'

const ADMISSION = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false } as const

export const VALIDATING_ADMISSION_POLICY: Resource = {
  ...ADMISSION,
  plural: 'validatingadmissionpolicies',
  kind: 'ValidatingAdmissionPolicy',
}

export const VALIDATING_ADMISSION_POLICY_BINDING: Resource = {
  ...ADMISSION,
  plural: 'validatingadmissionpolicybindings',
  kind: 'ValidatingAdmissionPolicyBinding',
}

export const MUTATING_ADMISSION_POLICY: Resource = {
  ...ADMISSION,
  plural: 'mutatingadmissionpolicies',
  kind: 'MutatingAdmissionPolicy',
}

export const MUTATING_ADMISSION_POLICY_BINDING: Resource = {
  ...ADMISSION,
  plural: 'mutatingadmissionpolicybindings',
  kind: 'MutatingAdmissionPolicyBinding',
}
