import type { Binding } from '../object/karmada-objects.ts'
import type { EventTarget } from '../runtime/recorder.ts'

/** The template of a binding, as events are addressed to it: people look at their own object. */
export function templateTarget({ spec }: Pick<Binding, 'spec'>): EventTarget {
  const { apiVersion, kind, namespace, name, uid } = spec.resource
  return {
    apiVersion,
    kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
  }
}
