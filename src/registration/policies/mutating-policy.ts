import type { KubeObject } from '../../object/kube-object.ts'
import type { Variable } from './admission-policy.ts'

const API_VERSION = 'admissionregistration.k8s.io/v1'

/** Where the objects come from that a policy reads beside the request. */
export interface ParamSource {
  readonly kind: { readonly apiVersion: string; readonly kind: string }
  /** One binding for each; without `namespace` that of the request's object. */
  readonly refs: readonly ParamRef[]
}

export interface ParamRef {
  /** Suffix of the binding's name where there are several. */
  readonly suffix?: string
  readonly name?: string
  readonly namespace?: string
  readonly selector?: Readonly<Record<string, unknown>>
}

export interface MutationRules {
  /** Suffix of the name of policy and binding: `flotilla-<name>`. */
  readonly name: string
  readonly matchConstraints: Readonly<Record<string, unknown>>
  readonly matchConditions: readonly { readonly name: string; readonly expression: string }[]
  readonly variables?: readonly Variable[]
  /** CEL expressions that give lists of JSONPatch. */
  readonly patches: readonly string[]
  readonly params?: ParamSource
}

/**
 * A MutatingAdmissionPolicy and the bindings that put it in force. `failurePolicy` is Ignore: nothing on the host may
 * depend on us.
 *
 * @returns the policy first.
 */
export function mutatingPolicy(rules: MutationRules): readonly KubeObject[] {
  const { matchConstraints, matchConditions, variables, patches, params } = rules
  const metadata = { name: `flotilla-${rules.name}` }
  const policy = {
    apiVersion: API_VERSION,
    kind: 'MutatingAdmissionPolicy',
    metadata,
    spec: {
      failurePolicy: 'Ignore',
      // A webhook may add the label that a policy selects by; and in which order policies run is not said.
      reinvocationPolicy: 'IfNeeded',
      matchConstraints,
      ...(matchConditions.length > 0 && { matchConditions }),
      ...(variables && { variables }),
      ...(params && { paramKind: params.kind }),
      mutations: patches.map(expression => ({ patchType: 'JSONPatch', jsonPatch: { expression } })),
    },
  }
  return [policy, ...(params?.refs ?? [undefined]).map(ref => binding(metadata.name, ref))]
}

function binding(policyName: string, ref: ParamRef | undefined): KubeObject {
  const { suffix, ...paramRef } = ref ?? {}
  return {
    apiVersion: API_VERSION,
    kind: 'MutatingAdmissionPolicyBinding',
    metadata: { name: suffix === undefined ? policyName : `${policyName}-${suffix}` },
    spec: { policyName, ...(ref && { paramRef: { ...paramRef, parameterNotFoundAction: 'Allow' } }) },
  }
}
