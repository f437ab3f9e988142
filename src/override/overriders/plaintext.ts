import type { PlaintextOverrider } from '../../api/generated/override-policy.ts'
import { applyJsonPatch, JsonPatchError, type PatchOperation } from '../../object/json-patch.ts'
import { asManifest, atEntry } from '../entries.ts'
import { EntryError } from '../entry-error.ts'
import type { Overrider } from '../overrider.ts'

/**
 * Changes any field by JSON patch: all entries are one patch, so only what it leaves behind must be an object.
 *
 * @source spec/behaviour/overrides.md §7
 */
export const plaintext: Overrider = {
  field: 'plaintext',
  apply: (manifest, { plaintext: entries = [] }) => {
    if (entries.length === 0) return manifest
    try {
      const patched = applyJsonPatch(manifest, entries.map(operationOf))
      return atEntry('plaintext', () => asManifest(patched))
    } catch (error) {
      if (error instanceof JsonPatchError) {
        throw new EntryError(`plaintext[${error.index}]: ${error.message}`, { cause: error })
      }
      throw error
    }
  },
}

/** A value of null is none, as in Karmada: it does not survive the way into the patch. */
function operationOf({ operator, path, value }: PlaintextOverrider): PatchOperation {
  return value === undefined || value === null ? { op: operator, path } : { op: operator, path, value }
}
