import type { ContainerWordsOverrider } from '../api/generated/override-policy.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { printable } from '../object/printable.ts'
import { EntryError } from './entry-error.ts'
import { mapContainers } from './pod-containers.ts'

/**
 * Appends words to, or takes words from, the command or the arguments of the containers of one name.
 *
 * @source spec/behaviour/overrides.md §4
 */
export function overrideWords(
  manifest: KubeObject,
  field: 'command' | 'args',
  entry: ContainerWordsOverrider,
): KubeObject {
  return mapContainers(manifest, container =>
    container['name'] === entry.containerName ? changeWords(container, field, entry) : container,
  )
}

function changeWords(container: JsonObject, field: string, entry: ContainerWordsOverrider): JsonObject {
  const words = container[field] ?? []
  if (!Array.isArray(words)) throw new EntryError(`${field} of container ${printable(entry.containerName)} is no list`)
  const changed = changeList(words, entry)
  return changed.length === words.length ? container : { ...container, [field]: changed }
}

function changeList(words: readonly unknown[], { operator, value = [] }: ContainerWordsOverrider): readonly unknown[] {
  switch (operator) {
    case 'add':
      return [...words, ...value]
    case 'remove':
      return words.filter(word => typeof word !== 'string' || !value.includes(word))
  }
}
