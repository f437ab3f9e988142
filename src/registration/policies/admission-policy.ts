import type { Resource } from '../../api/kinds.ts'
import type { KubeObject } from '../../object/kube-object.ts'

/** One rule of a ValidatingAdmissionPolicy. */
export interface Validation {
  /** CEL; true lets the object pass. */
  readonly expression: string
  /** What is wrong and what to do, shown to the user. */
  readonly message: string
  /** CEL for a message with details; `message` is used when it fails or gives an empty text. */
  readonly messageExpression?: string
  /** Default Invalid (422). Forbidden answers 403. */
  readonly reason?: 'Invalid' | 'Forbidden'
}

export interface Variable {
  readonly name: string
  readonly expression: string
}

export interface AdmissionRules {
  /** Suffix of the name of the policy and its binding: `flotilla-<name>`. */
  readonly name: string
  readonly resources: readonly Resource[]
  /** Shorter than all validations: an object that no condition excludes is judged. */
  readonly matchConditions?: readonly { readonly name: string; readonly expression: string }[]
  readonly variables?: readonly Variable[]
  readonly validations: readonly Validation[]
  /** Objects that the rules are judged by as well, as `params`; none of them: everything passes. */
  readonly params?: {
    readonly kind: { readonly apiVersion: string; readonly kind: string }
    readonly selector: Readonly<Record<string, unknown>>
  }
  /** Default Fail: a rule is never skipped silently. */
  readonly failurePolicy?: 'Fail' | 'Ignore'
}

/** A ValidatingAdmissionPolicy and the binding that puts it in force everywhere, in the order to create them. */
export type AdmissionPolicy = readonly [policy: KubeObject, binding: KubeObject]

const API_VERSION = 'admissionregistration.k8s.io/v1'

/**
 * Objects whose spec a write leaves alone are not judged again, so that finalizers and labels of an object that was stored
 * before the policy existed can still change, and it can be deleted.
 */
export const WHEN_SPEC_CHANGES = {
  name: 'spec-changes',
  expression: 'oldObject == null || object.spec != oldObject.spec',
} as const

function toResourceRule(resource: Resource, operations: readonly string[]) {
  const { group, version, plural } = resource
  return { apiGroups: [group], apiVersions: [version], operations, resources: [plural] }
}

/** Judges the creation and update of objects of `rules.resources`. */
export function admissionPolicy(rules: AdmissionRules): AdmissionPolicy {
  const resourceRules = rules.resources.map(resource => toResourceRule(resource, ['CREATE', 'UPDATE']))
  return bindEverywhere(rules, { resourceRules })
}

/** Joins a policy with arbitrary match constraints and its binding. */
export function bindEverywhere(
  rules: Omit<AdmissionRules, 'resources'>,
  matchConstraints: Readonly<Record<string, unknown>>,
): AdmissionPolicy {
  const metadata = { name: `flotilla-${rules.name}` }
  const { matchConditions, variables, validations, params, failurePolicy = 'Fail' } = rules
  const spec = {
    failurePolicy,
    ...(params && { paramKind: params.kind }),
    matchConstraints,
    ...(matchConditions === undefined ? {} : { matchConditions }),
    ...(variables === undefined ? {} : { variables }),
    validations,
  }
  return [
    { apiVersion: API_VERSION, kind: 'ValidatingAdmissionPolicy', metadata, spec },
    {
      apiVersion: API_VERSION,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata,
      spec: {
        policyName: metadata.name,
        validationActions: ['Deny'],
        ...(params && { paramRef: { selector: params.selector, parameterNotFoundAction: 'Allow' } }),
      },
    },
  ]
}
