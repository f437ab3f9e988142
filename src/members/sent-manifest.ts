import { ANNOTATION } from '../api/names.ts'
import type { Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { manifestsOf } from '../object/work-manifests.ts'
import type { Lister } from '../runtime/lister.ts'

/**
 * The manifest of the Work that a member object was made from, as the cache of Works holds it: most of the object is equal to it.
 *
 * @returns undefined for an object that names no Work, and while the Work is not known.
 */
export function sentManifest(works: Pick<Lister<Work>, 'get'>, object: KubeObject): KubeObject | undefined {
  const { annotations } = object.metadata
  const namespace = annotations?.[ANNOTATION.workNamespace]
  const name = annotations?.[ANNOTATION.workName]
  const work = namespace === undefined || name === undefined ? undefined : works.get({ namespace, name })
  const isOf = ({ kind, metadata }: KubeObject): boolean =>
    kind === object.kind && metadata.name === object.metadata.name && metadata.namespace === object.metadata.namespace
  return work && manifestsOf(work).find(isOf)
}
