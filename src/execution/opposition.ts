import type { ForeignField } from '../members/foreign-fields.ts'
import type { ManagedObject } from '../members/project-managed-object.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { MemberRules } from '../policy/member-rules.ts'
import { isDeclared } from './declared.ts'
import { type DriftedField, listDrift, opposedFields } from './drift.ts'
import { digestIn, storedForm } from './plan.ts'

/** An object that is as it should be, or as far as users let it be. */
export interface Settled {
  /** As the member holds it. */
  readonly object: KubeObject
  /** What differs from the manifest and is left, where drift is only reported. */
  readonly drift: readonly DriftedField[]
  /** Fields that are left to a manager who kept taking them. */
  readonly contested: readonly ForeignField[]
}

/** What a member object should be, the fields that are left to others among it. */
export interface Wanted {
  readonly desired: KubeObject
  readonly contested: readonly ForeignField[]
}

/** Who took which of our fields. */
export interface Opposition {
  readonly digest: string
  readonly fields: readonly ForeignField[]
}

/** Fields that others took since our last write: with another digest we are the one who changes. */
export function opposition({ desired }: Wanted, observed: ManagedObject, drift: MemberRules['drift']): Opposition {
  const digest = digestIn(desired)
  if (digestIn(observed) !== digest) return { digest, fields: [] }
  const opposed = opposedFields(desired, observed, observed.flotillaForeignFields ?? [])
  // What others add is no fight where additions may stay.
  const fields = drift === 'share' ? opposed.filter(({ path }) => isDeclared(desired, observed, path)) : opposed
  return { digest, fields }
}

interface Leniency {
  readonly drift: MemberRules['drift']
  readonly accepted: string | undefined
}

/** @returns the outcome for the Work's status: with what is left as the member has it. */
export function settled({ desired, contested }: Wanted, object: ManagedObject, { drift, accepted }: Leniency): Settled {
  if (drift !== 'report') return { object, drift: [], contested }
  const added = opposedFields(desired, object, object.flotillaForeignFields ?? []).map(field => field.path)
  // Stored in another form than it was written in is not changed by anybody.
  if (added.length === 0 && accepted !== undefined && accepted === storedForm(desired, object)) {
    return { object, drift: [], contested }
  }
  return { object, drift: listDrift(desired, object, added), contested }
}
