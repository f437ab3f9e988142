import type { DocumentPatchOperation, FieldOverrider } from '../../api/generated/override-policy.ts'
import { decodeJson, encodeJson } from '../../kube/json.ts'
import { applyJsonPatch, type PatchOperation } from '../../object/json-patch.ts'
import { valueAtPointer } from '../../object/json-pointer.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { printable } from '../../object/printable.ts'
import { applyEntries, asManifest } from '../entries.ts'
import { EntryError } from '../entry-error.ts'
import type { Overrider } from '../overrider.ts'
import { formatYamlText, parseYamlText } from '../yaml-text.ts'

/**
 * Changes inside a JSON or YAML document that is the text of a field, as in a ConfigMap.
 *
 * @source spec/behaviour/overrides.md §6
 */
export const field: Overrider = {
  field: 'fieldOverrider',
  apply: (manifest, { fieldOverrider: entries }) =>
    applyEntries(manifest, 'fieldOverrider', { entries, change: overrideField }),
}

function overrideField(manifest: KubeObject, entry: FieldOverrider): KubeObject {
  const text = valueAtPointer(manifest, entry.fieldPath)
  if (text === undefined) throw new EntryError(`there is nothing at ${printable(entry.fieldPath)}`)
  if (typeof text !== 'string') throw new EntryError(`what is at ${printable(entry.fieldPath)} is no text`)
  const value = overrideText(text, entry)
  return asManifest(applyJsonPatch(manifest, [{ op: 'replace', path: entry.fieldPath, value }]))
}

/** With both, only yaml counts. With neither, Karmada empties the field; that is refused here. */
function overrideText(text: string, { yaml = [], json = [] }: FieldOverrider): string {
  if (yaml.length > 0) return formatYamlText(applyJsonPatch(parseYamlText(text), yaml.map(operationOf)))
  if (json.length > 0) return encodeJson(applyJsonPatch(parseJsonText(text), json.map(operationOf)))
  throw new EntryError('neither json nor yaml says what to change')
}

function parseJsonText(text: string): unknown {
  try {
    return decodeJson(text)
  } catch (cause) {
    throw new EntryError(`the JSON cannot be read: ${cause instanceof Error ? cause.message : ''}`, { cause })
  }
}

function operationOf({ operator, subPath, value }: DocumentPatchOperation): PatchOperation {
  return value === undefined || value === null
    ? { op: operator, path: subPath }
    : { op: operator, path: subPath, value }
}
