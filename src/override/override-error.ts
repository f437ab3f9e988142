import type { OverridePolicy } from '../object/karmada-objects.ts'

/**
 * A change that cannot be made to this object. What the user wrote is at fault, so nothing helps but a change of the
 * policy or of the object; who renders the object makes it an event and a ReconcileError.
 */
export class OverrideError extends Error {
  /** Set once it is known whose rule it was. */
  readonly origin: OverrideOrigin | undefined
  constructor(message: string, options: { readonly origin?: OverrideOrigin; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'OverrideError'
    this.origin = options.origin
  }
}

/** Which rule of which policy. */
export interface OverrideOrigin {
  readonly policy: OverridePolicy
  /** The field that holds the overriders: `spec.overrideRules[2].overriders`. */
  readonly path: string
}
