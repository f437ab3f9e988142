import type { ForeignField } from '../members/foreign-fields.ts'
import type { ManagedObject } from '../members/project-managed-object.ts'
import { deepEqual } from '../object/equality.ts'
import { valueAtPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { MemberRules } from '../policy/member-rules.ts'
import { declaredPointer, isDeclared } from './declared.ts'
import { type DriftedField, listDrift } from './drift.ts'
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
  const others = opposedFields(desired, object, object.flotillaForeignFields ?? [])
  // Stored in another form than it was written in is not changed by anybody.
  const isStoredForm = others.length === 0 && accepted !== undefined && accepted === storedForm(desired, object)
  return { object, drift: isStoredForm ? [] : listDrift(desired, object), contested }
}

/**
 * The fields of others that stand against what we declare: with another value, or where we declare nothing.
 *
 * @source design.md, rules of writing 4
 */
function opposedFields(
  desired: KubeObject,
  observed: KubeObject,
  fields: readonly ForeignField[],
): readonly ForeignField[] {
  return fields.filter(({ path }) => {
    const declaredAt = declaredPointer(desired, observed, path)
    return declaredAt === undefined || !deepEqual(valueAtPointer(desired, declaredAt), valueAtPointer(observed, path))
  })
}
