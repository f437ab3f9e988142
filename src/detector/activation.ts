import { ANNOTATION } from '../api/names.ts'
import { digestOf } from '../object/digest.ts'
import type { Binding, Policy } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { unparked } from '../parking/record.ts'
import { prune } from '../rendering/prune.ts'

export interface ActivationInput {
  /** As it is before it is claimed. */
  readonly template: KubeObject
  readonly policy: Policy
  readonly existing: Binding | undefined
  /** A policy brought the template here, not a change of the template. */
  readonly byPolicy: boolean
}

/** Whether a policy counts now, or from the next change that the user makes to the template. */
export type Activation =
  /** `digest`: what the binding is to carry, when the policy is lazy. */
  | { readonly type: 'apply'; readonly digest?: string }
  /** `mark`: where `digest` is to be written, so that the next change is told from a restart; undefined when it stands there. */
  | { readonly type: 'wait'; readonly digest: string; readonly mark?: 'template' | 'binding' }

const FOREIGN_TO_USERS = '.karmada.io'
/** The one label of that domain that a user sets. */
const USERS_LABEL = 'namespace.karmada.io/skip-auto-propagation'

/**
 * A lazy policy (`activationPreference: Lazy`) lets what is there be, until the user changes the template: the template is
 * claimed, and its binding neither made nor changed. A template that is made while the policy is there goes at once.
 *
 * Karmada knows a change only from the event that tells of it, so there a restart activates everything. Here the state that
 * is waited on stands on the binding, or on a template that has none.
 *
 * @source spec/behaviour/propagation.md §4
 */
export function decideActivation({ template, policy, existing, byPolicy }: ActivationInput): Activation {
  if (policy.spec.activationPreference !== 'Lazy') return { type: 'apply' }
  const digest = userDigest(template)
  const seen = (existing ?? template).metadata.annotations?.[ANNOTATION.lazyDigest]
  if (seen !== undefined) return seen === digest ? { type: 'wait', digest } : { type: 'apply', digest }
  if (existing !== undefined) return { type: 'wait', digest, mark: 'binding' }
  return byPolicy || isOlder(template, policy) ? { type: 'wait', digest, mark: 'template' } : { type: 'apply', digest }
}

/** The merge patch that marks a template or binding. */
export function lazyMark(digest: string) {
  return { [ANNOTATION.lazyDigest]: digest }
}

/** Everything of a template that its user says: without what the operator, or Karmada, writes on it. */
function userDigest(template: KubeObject): string {
  const { metadata, ...rest } = prune(unparked(template))
  const { labels, annotations, ...others } = metadata
  return digestOf({ ...rest, metadata: { ...others, labels: ofUser(labels), annotations: ofUser(annotations) } })
}

function ofUser(text: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const kept = Object.entries(text).filter(([key]) => key === USERS_LABEL || !key.includes(FOREIGN_TO_USERS))
  return Object.fromEntries(kept)
}

function isOlder(template: KubeObject, policy: Policy): boolean {
  const [made, ruled] = [template.metadata.creationTimestamp, policy.metadata.creationTimestamp]
  return made !== undefined && ruled !== undefined && made < ruled
}
