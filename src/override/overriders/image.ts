import type { ImageOverrider } from '../../api/generated/override-policy.ts'
import { applyJsonPatch } from '../../object/json-patch.ts'
import { valueAtPointer } from '../../object/json-pointer.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { printable } from '../../object/printable.ts'
import { applyEntries, asManifest } from '../entries.ts'
import { EntryError } from '../entry-error.ts'
import { formatImage, type ImageReference, parseImage, withVersion } from '../image-reference.ts'
import type { Overrider } from '../overrider.ts'
import { mapContainers } from '../pod-containers.ts'

/**
 * Changes one part of image names: of all containers of a workload, or at one place.
 *
 * @source spec/behaviour/overrides.md §3
 */
export const image: Overrider = {
  field: 'imageOverrider',
  apply: (manifest, { imageOverrider: entries }) =>
    applyEntries(manifest, 'imageOverrider', { entries, change: overrideImages }),
}

function overrideImages(manifest: KubeObject, entry: ImageOverrider): KubeObject {
  const path = entry.predicate?.path
  if (path !== undefined) return overrideImageAt(manifest, path, entry)
  return mapContainers(manifest, container => {
    const changed = overrideImage(container['image'], entry)
    return changed === container['image'] ? container : { ...container, image: changed }
  })
}

function overrideImageAt(manifest: KubeObject, path: string, entry: ImageOverrider): KubeObject {
  if (!path.startsWith('/')) throw new EntryError(`the path "${printable(path)}" does not begin with a slash`)
  const value = valueAtPointer(manifest, path)
  if (value === undefined) throw new EntryError(`there is nothing at ${printable(path)}`)
  const changed = overrideImage(value, entry)
  return changed === value ? manifest : asManifest(applyJsonPatch(manifest, [{ op: 'replace', path, value: changed }]))
}

function overrideImage(value: unknown, entry: ImageOverrider): string {
  if (typeof value !== 'string') throw new EntryError('the image is no text')
  const reference = parseImage(value)
  if (reference === undefined) throw new EntryError(`"${printable(value)}" is not the name of an image`)
  return formatImage(changePart(reference, entry))
}

function changePart(reference: ImageReference, { component, operator, value = '' }: ImageOverrider): ImageReference {
  switch (component) {
    case 'Registry':
      return { ...reference, host: changeText(reference.host, operator, value) }
    case 'Repository':
      return { ...reference, repository: changeText(reference.repository, operator, value) }
    case 'Tag':
      return changeVersion(reference, operator, value)
  }
}

function changeText(text: string, operator: ImageOverrider['operator'], value: string): string {
  switch (operator) {
    case 'add':
      return text + value
    case 'replace':
      return value
    case 'remove':
      return ''
  }
}

function changeVersion(reference: ImageReference, operator: ImageOverrider['operator'], value: string): ImageReference {
  if (operator === 'remove') return { ...reference, tag: '', digest: '' }
  return withVersion(reference, changeText(reference.tag || reference.digest, operator, value))
}
