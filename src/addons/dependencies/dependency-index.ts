import type { Dependency } from '../../interpreter/pod-dependencies.ts'
import { formatGvk, parseApiVersion } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { labelMatcher } from '../../object/selector.ts'

/** Which bindings need which objects, so that a change of an object costs one look. */
export interface DependencyIndex {
  /** Takes the place of what was known of a binding. */
  set(binding: string, dependencies: readonly Dependency[]): void
  delete(binding: string): void
  /** @returns the bindings that need an object, whether it is there or not. */
  dependentsOf(object: KubeObject): readonly string[]
}

/** One dependency of one binding. */
interface Entry {
  readonly binding: string
  readonly matches: (object: KubeObject) => boolean
}

export function newDependencyIndex(): DependencyIndex {
  const byPlace = new Map<string, Set<Entry>>()
  const byBinding = new Map<string, readonly (readonly [string, Entry])[]>()
  const remove = (binding: string): void => {
    for (const [place, entry] of byBinding.get(binding) ?? []) {
      const entries = byPlace.get(place)
      entries?.delete(entry)
      if (entries?.size === 0) byPlace.delete(place)
    }
    byBinding.delete(binding)
  }
  return {
    set(binding, dependencies) {
      remove(binding)
      const entries = dependencies.map(dependency => {
        const entry = { binding, matches: (object: KubeObject) => selects(dependency, object) }
        return [placeOf(dependency), entry] as const
      })
      for (const [place, entry] of entries) byPlace.set(place, (byPlace.get(place) ?? new Set()).add(entry))
      byBinding.set(binding, entries)
    },
    delete: remove,
    dependentsOf(object) {
      const { apiVersion, kind, metadata } = object
      const { namespace = '', name } = metadata
      const places = [placeOf({ apiVersion, kind, namespace, name }), placeOf({ apiVersion, kind, namespace })]
      const entries = places.flatMap(place => [...(byPlace.get(place) ?? [])])
      return [...new Set(entries.filter(({ matches }) => matches(object)).map(({ binding }) => binding))]
    },
  }
}

/** Whether a dependency of the object's kind and namespace means it. @source spec/behaviour/propagation.md §7 item 5 */
export function selects({ name, labelSelector }: Dependency, { metadata }: KubeObject): boolean {
  if (name !== undefined) return name === metadata.name
  return labelSelector !== undefined && labelMatcher(labelSelector)(metadata.labels)
}

/** By name, or by namespace alone for what labels select. */
function placeOf({ apiVersion, kind, namespace = '', name = '' }: Dependency): string {
  return `${formatGvk({ ...parseApiVersion(apiVersion), kind })}\n${namespace}\n${name}`
}
