import { ANNOTATION, FIELD_MANAGER, LABEL } from '../api/names.ts'
import type { JsonPatchOperation } from '../kube/client.ts'
import { jsonPointer } from '../object/json-pointer.ts'
import type { KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'
import { stripManaged } from './strip-managed.ts'

/** Settings of ours that came along with the template say nothing where nobody reads them. */
const OWN_PREFIX = 'flotilla.dev/'

/**
 * The patch that lets go of an object which stays in a member when we leave: our labels and annotations go, and so do our
 * entries in the managedFields, so that whoever applies it next meets no conflict with somebody who is gone.
 *
 * @param object as read from the member, with managedFields and resourceVersion.
 * @returns a JSON patch that fails with a conflict when the object changed since it was read; undefined when it has
 *   nothing of ours.
 */
export function planRelease(object: KubeObject): readonly JsonPatchOperation[] | undefined {
  const { labels = {}, annotations = {} } = stripManaged(object).metadata
  const operations = [
    ...removals('labels', object.metadata.labels, labels),
    ...removals('annotations', object.metadata.annotations, annotations),
    ...disownment(object.metadata.managedFields ?? []),
  ]
  if (operations.length === 0) return undefined
  const { resourceVersion = '' } = object.metadata
  // Not a test: the apiserver answers a stale resourceVersion in the patched object with a conflict.
  return [...operations, { op: 'replace', path: '/metadata/resourceVersion', value: resourceVersion }]
}

type Texts = Readonly<Record<string, string>>

function removals(field: 'labels' | 'annotations', before: Texts = {}, stripped: Texts): readonly JsonPatchOperation[] {
  const goes = (key: string): boolean =>
    !Object.hasOwn(stripped, key) || key.startsWith(OWN_PREFIX) || key === ANNOTATION.conflictResolution
  const keys = Object.keys(before).filter(goes)
  return keys.map(key => ({ op: 'remove', path: jsonPointer('metadata', field, key) }))
}

/** An empty list would change nothing; one empty entry takes all away. */
const NOBODY: readonly ManagedFieldsEntry[] = [{}]

function disownment(entries: readonly ManagedFieldsEntry[]): readonly JsonPatchOperation[] {
  const others = entries.filter(({ manager }) => manager !== FIELD_MANAGER)
  if (others.length === entries.length) return []
  return [{ op: 'replace', path: '/metadata/managedFields', value: others.length === 0 ? NOBODY : others }]
}

/** What selects namespaces that were made in a member because something of ours needed them. */
export const MANAGED_SELECTOR = `${LABEL.managed}=true`
