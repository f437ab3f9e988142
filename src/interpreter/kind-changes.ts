import { type Gvk, gvkOf, parseApiVersion } from '../object/gvk.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import { formatKey, keyOf } from '../object/object-key.ts'
import { manifestsOf } from '../object/work-manifests.ts'

/** Whether a change of what is known of kinds is one for this kind. */
export type ConcernsKind = (gvk: Gvk) => boolean

/** Tells those who work on objects that what is known of some kinds has changed. */
export interface KindChanges {
  /** @returns ends it. */
  onChange(listener: (concerns: ConcernsKind) => void): () => void
  tell(concerns: ConcernsKind): void
}

export function newKindChanges(): KindChanges {
  const listeners = new Set<(concerns: ConcernsKind) => void>()
  return {
    onChange(listener) {
      // A wrapper: the same function may listen twice.
      const own = (concerns: ConcernsKind): void => listener(concerns)
      listeners.add(own)
      return () => listeners.delete(own)
    },
    tell(concerns) {
      for (const listener of listeners) listener(concerns)
    },
  }
}

/** Keys of the bindings of templates that are concerned. */
export function bindingsConcerned(bindings: readonly Binding[], concerns: ConcernsKind): readonly string[] {
  const isConcerned = ({ spec: { resource } }: Binding): boolean =>
    concerns({ ...parseApiVersion(resource.apiVersion), kind: resource.kind })
  return bindings.filter(isConcerned).map(binding => formatKey(keyOf(binding)))
}

/** The Works that carry something that is concerned. */
export function worksConcerned(works: readonly Work[], concerns: ConcernsKind): readonly Work[] {
  return works.filter(work => manifestsOf(work).some(manifest => concerns(gvkOf(manifest))))
}
