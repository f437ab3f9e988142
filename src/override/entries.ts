import { asKubeObject } from '../kube/decode-object.ts'
import { JsonPatchError } from '../object/json-patch.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { EntryError } from './entry-error.ts'

/** Changes a manifest by one entry. @throws EntryError or JsonPatchError; {@link applyEntries} says for which entry. */
export type EntryChange<Entry> = (manifest: KubeObject, entry: Entry) => KubeObject

/** Applies the entries of one overrider, each to the result of those before it. */
export function applyEntries<Entry>(
  manifest: KubeObject,
  field: string,
  { entries = [], change }: { readonly entries: readonly Entry[] | undefined; readonly change: EntryChange<Entry> },
): KubeObject {
  return entries.reduce(
    (current, entry, index) => atEntry(`${field}[${index}]`, () => change(current, entry)),
    manifest,
  )
}

/** Runs a change; if it cannot be made, that is told with the path of its entry. Mistakes of ours pass. */
export function atEntry(path: string, run: () => KubeObject): KubeObject {
  try {
    return run()
  } catch (error) {
    if (!(error instanceof EntryError || error instanceof JsonPatchError)) throw error
    throw new EntryError(`${path}: ${error.message}`, { cause: error })
  }
}

/** What a patch made of a manifest is still an object that a cluster could know. */
export function asManifest(value: unknown): KubeObject {
  const object = asKubeObject(value)
  if (typeof object === 'string') throw new EntryError(`what is left is not a Kubernetes object: ${object}`)
  return object
}
