import type { AdmissionPolicy } from './admission-policy.ts'
import { CLUSTER_ADMISSION } from './cluster.ts'
import { IN_USE_PROTECTION } from './in-use-protection.ts'
import { METADATA_ADMISSION, permanentIdAdmission } from './metadata.ts'
import { OVERRIDE_POLICY_ADMISSION } from './override-policy.ts'
import { PROPAGATION_POLICY_ADMISSION } from './propagation-policy.ts'
import { READABLE_SOURCES_ADMISSION } from './readable-sources.ts'

/** Policies that releases before this one installed: the operator removes them, and is allowed no others. */
export const RETIRED_ADMISSION_POLICIES: readonly string[] = []

/**
 * Every admission policy that the operator installs (docs/reference/admission.md).
 *
 * @param operatorUser the user name that the apiserver knows the operator by.
 */
export function listAdmissionPolicies(operatorUser: string): readonly AdmissionPolicy[] {
  return [
    ...PROPAGATION_POLICY_ADMISSION,
    ...OVERRIDE_POLICY_ADMISSION,
    ...CLUSTER_ADMISSION,
    ...METADATA_ADMISSION,
    ...READABLE_SOURCES_ADMISSION,
    IN_USE_PROTECTION,
    ...permanentIdAdmission(operatorUser),
  ]
}
