import { OVERRIDE_KINDS, type Resource } from '../../api/kinds.ts'
import { type AdmissionPolicy, admissionPolicy, type Validation, WHEN_SPEC_CHANGES } from './admission-policy.ts'
import { isLabelKey, listAt } from './cel.ts'
import { IN_OWN_NAMESPACE } from './propagation-policy.ts'

const MAX_ANNOTATION_BYTES = 256 * 1024

/** A condition on every entry of one overrider in all rules; `entry` is the CEL variable that stands for it. */
function forEach(overrider: string, entry: string, condition: string): string {
  return `variables.rules.all(r, ${listAt('r.overriders', overrider)}.all(${entry}, ${condition}))`
}

const FIELD_OVERRIDERS: readonly Validation[] = [
  {
    expression: forEach(
      'fieldOverrider',
      'f',
      `(${listAt('f', 'json')}.size() > 0) != (${listAt('f', 'yaml')}.size() > 0)`,
    ),
    message:
      'spec.overrideRules: each fieldOverrider must have exactly one of json and yaml with at least one operation',
  },
  ...['json', 'yaml'].map(format => ({
    expression: forEach(
      'fieldOverrider',
      'f',
      `${listAt('f', format)}.all(o, has(o.value) == (o.operator != 'remove'))`,
    ),
    message: `spec.overrideRules: in ${format} of fieldOverrider value is required for add and replace and not allowed for remove`,
  })),
]

/** @source spec/api/admission.md §3, rules 4, 5, 7 and 9. */
const VALIDATIONS: readonly Validation[] = [
  {
    expression: forEach('annotationsOverrider', 'a', `a.value.all(k, ${isLabelKey('k.lowerAscii()')})`),
    message:
      'spec.overrideRules: keys in annotationsOverrider must be valid annotation keys: an optional DNS name and "/", then at most 63 letters, digits, "-", "_" or "."',
  },
  {
    expression: forEach(
      'annotationsOverrider',
      'a',
      `a.value.map(k, bytes(k).size() + bytes(a.value[k]).size()).sum() <= ${MAX_ANNOTATION_BYTES}`,
    ),
    message: 'spec.overrideRules: the annotations of one annotationsOverrider must not be larger than 256 KiB in total',
  },
  {
    expression: forEach('labelsOverrider', 'l', `l.value.all(k, ${isLabelKey('k')})`),
    message:
      'spec.overrideRules: keys in labelsOverrider must be valid label keys: an optional DNS name and "/", then at most 63 letters, digits, "-", "_" or "."',
  },
  ...FIELD_OVERRIDERS,
]

function overridePolicy(kind: Resource): AdmissionPolicy {
  return admissionPolicy({
    name: kind.plural,
    resources: [kind],
    matchConditions: [WHEN_SPEC_CHANGES],
    variables: [{ name: 'rules', expression: listAt('object.spec', 'overrideRules') }],
    validations: [...VALIDATIONS, ...(kind.namespaced ? [IN_OWN_NAMESPACE] : [])],
  })
}

/** What the CRDs of both override policies cannot express. */
export const OVERRIDE_POLICY_ADMISSION: readonly AdmissionPolicy[] = OVERRIDE_KINDS.map(overridePolicy)
