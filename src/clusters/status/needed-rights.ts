import type { MissingRight } from '../../kube/missing-right.ts'
import type { WatchRefusal } from '../../members/member.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { Work } from '../../object/karmada-objects.ts'
import { manifestsOf } from '../../object/work-manifests.ts'

/**
 * The rights that watches lack for kinds which are propagated now: a watch goes on after the last object of its kind has
 * gone, and nobody has to give a right for that.
 */
export function neededRights(refusals: readonly WatchRefusal[], works: readonly Work[]): readonly MissingRight[] {
  if (refusals.length === 0) return []
  const kinds = new Set(works.flatMap(manifestsOf).map(manifest => kindOf(gvkOf(manifest))))
  return refusals.filter(({ resource }) => kinds.has(kindOf(resource))).map(({ right }) => right)
}

function kindOf({ group, kind }: { readonly group: string; readonly kind: string }): string {
  return `${kind}.${group}`
}
