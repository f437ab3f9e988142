import { canonicalJson } from '../../object/digest.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { nameOf } from '../join/ensure.ts'
import { superfluous } from '../join/leftovers.ts'

/** One write to a member. */
export interface RegistrationStep {
  readonly type: 'apply' | 'delete'
  readonly object: KubeObject
}

/**
 * The writes that make of what earlier registrations have left in a member what is wanted there now: first what is wanted, in its
 * order, then the end of the rest, so that an agent that runs keeps the rights that stay.
 *
 * @param there what is of a registration, in the order in which it goes.
 */
export function planRegistration(
  there: readonly KubeObject[],
  wanted: readonly KubeObject[],
): readonly RegistrationStep[] {
  return [
    ...wanted.flatMap(object => [
      ...there.filter(each => bindsOtherwise(each, object)).map(ending),
      { type: 'apply', object } as const,
    ]),
    ...superfluous(there, wanted).map(ending),
  ]
}

/** What a binding points at cannot change: it has to be made again. */
function bindsOtherwise(there: KubeObject, wanted: KubeObject): boolean {
  return nameOf(there) === nameOf(wanted) && canonicalJson(there['roleRef']) !== canonicalJson(wanted['roleRef'])
}

function ending(object: KubeObject): RegistrationStep {
  return { type: 'delete', object }
}
