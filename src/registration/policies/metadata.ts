import { POLICY_KINDS, RESOURCE_BINDING } from '../../api/kinds.ts'
import { LABEL } from '../../api/names.ts'
import { type AdmissionPolicy, admissionPolicy, bindEverywhere } from './admission-policy.ts'

const DEPENDENCIES = 'resourcebinding.karmada.io/dependencies'

/**
 * A policy's id is chosen by the operator when it first sees the policy and stays: claims and bindings are found by it.
 * The operator itself may change it, since of two policies with one id (exported YAML) the younger gets a new one.
 *
 * @param operatorUser the user name that the apiserver knows the operator by.
 * @source spec/api/admission.md §2, rules 2 and 3
 */
export function permanentIdAdmission(operatorUser: string): readonly AdmissionPolicy[] {
  return POLICY_KINDS.map(kind => {
    const isSet = (of: string) => `has(${of}.metadata.labels) && '${kind.permanentIdLabel}' in ${of}.metadata.labels`
    const idOf = (of: string) => `${of}.metadata.labels['${kind.permanentIdLabel}']`
    return admissionPolicy({
      name: `${kind.plural}-permanent-id`,
      resources: [kind],
      matchConditions: [
        { name: 'update', expression: 'oldObject != null' },
        { name: 'not-the-operator', expression: `request.userInfo.username != ${JSON.stringify(operatorUser)}` },
      ],
      validations: [
        {
          expression: `!(${isSet('oldObject')}) || ${idOf('oldObject')} == '' || (${isSet('object')} && ${idOf('object')} == ${idOf('oldObject')})`,
          message: `label ${kind.permanentIdLabel} is immutable, it can only be set by the system: keep the value that is there`,
          reason: 'Forbidden',
        },
      ],
    })
  })
}

/** CEL cannot parse JSON: it looks for the brackets of an array. @source spec/api/admission.md §6, rule 1 */
const BINDING_ADMISSION: AdmissionPolicy = admissionPolicy({
  name: RESOURCE_BINDING.plural,
  resources: [RESOURCE_BINDING],
  validations: [
    {
      expression: `!has(object.metadata.annotations) || !('${DEPENDENCIES}' in object.metadata.annotations)
        || object.metadata.annotations['${DEPENDENCIES}'].matches('^\\\\s*(null|\\\\[(?s:.*)\\\\])\\\\s*$')`,
      message: `annotation ${DEPENDENCIES} must be valid JSON: an array of references to dependencies; remove it if you did not write it on purpose`,
    },
  ],
})

/** The labels and annotations that say what may not be deleted. @source spec/api/admission.md §14 */
const DELETION_PROTECTION: AdmissionPolicy = bindEverywhere(
  {
    name: 'deletion-protection',
    validations: [
      {
        expression: 'false',
        message: `This resource is protected, please make sure to remove the label: ${LABEL.deletionProtected}`,
        reason: 'Forbidden',
      },
    ],
  },
  {
    resourceRules: [{ apiGroups: ['*'], apiVersions: ['*'], operations: ['DELETE'], resources: ['*'], scope: '*' }],
    objectSelector: { matchLabels: { [LABEL.deletionProtected]: 'Always' } },
  },
)

/** What is judged by labels and annotations alone. */
export const METADATA_ADMISSION: readonly AdmissionPolicy[] = [BINDING_ADMISSION, DELETION_PROTECTION]
