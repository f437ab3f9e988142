import type { MetadataOverrider } from '../api/generated/override-policy.ts'
import type { KubeObject } from '../object/kube-object.ts'

type TextMap = Readonly<Record<string, string>>

/**
 * Sets or removes labels or annotations of the object itself; those of a pod template are left alone.
 *
 * @source spec/behaviour/overrides.md §5
 */
export function overrideMetadata(
  manifest: KubeObject,
  field: 'labels' | 'annotations',
  { operator, value }: MetadataOverrider,
): KubeObject {
  const before = manifest.metadata[field] ?? {}
  const after = change(before, operator, value)
  return after === before ? manifest : { ...manifest, metadata: { ...manifest.metadata, [field]: after } }
}

/** @returns `map` itself when there is nothing to do. */
function change(map: TextMap, operator: MetadataOverrider['operator'], value: TextMap): TextMap {
  const known = Object.entries(value).filter(([key]) => Object.hasOwn(map, key))
  switch (operator) {
    case 'add':
      return Object.keys(value).length === 0 ? map : { ...map, ...value }
    case 'replace':
      return known.length === 0 ? map : { ...map, ...Object.fromEntries(known) }
    case 'remove':
      return known.length === 0
        ? map
        : Object.fromEntries(Object.entries(map).filter(([key]) => !Object.hasOwn(value, key)))
  }
}
