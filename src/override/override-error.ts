import type { OverridePolicy } from '../object/karmada-objects.ts'

/**
 * A rule that cannot be applied to this object. What the user wrote is at fault, so nothing helps but a change of the
 * policy or of the object: who renders the object makes it an event, and a ReconcileError that waits.
 */
export class OverrideError extends Error {
  readonly policy: OverridePolicy
  /** @param message begins with the path of the entry in the policy: `spec.overrideRules[2].overriders.plaintext[0]: …` */
  constructor(policy: OverridePolicy, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'OverrideError'
    this.policy = policy
  }
}
