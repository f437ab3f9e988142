import { ANNOTATION } from '../api/names.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
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

/** The object on the host that a Work's manifest was made from (spec/api/constants.md §7). */
export function templateTargetOfManifest({ apiVersion, kind, metadata }: KubeObject): EventTarget {
  const uid = metadata.annotations?.[ANNOTATION.templateUid]
  return {
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
    ...(uid !== undefined && uid !== '' && { uid }),
  }
}
