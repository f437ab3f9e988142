import { formatGvk, parseApiVersion } from '../../object/gvk.ts'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import { SCRIPT_FIELDS, type ScriptField } from './operations.ts'
import { languageName } from './script-language.ts'

/** A script of a customization. */
export interface PlacedScript {
  /** Of the customization. */
  readonly customization: string
  readonly field: ScriptField
  /** As its customization says; it may be none that there is. */
  readonly language: string
  readonly text: string
}

/** The scripts for a kind. */
export type KindScripts = ReadonlyMap<ScriptField, readonly PlacedScript[]>

/**
 * Which scripts serve which kind: for each operation the first by the name of its customization; for dependencies all of them.
 * Customizations that are being deleted count until they are gone, as in Karmada.
 *
 * @returns by `formatGvk`
 * @source spec/behaviour/status.md §6.1
 */
export function indexScripts(
  customizations: readonly ResourceInterpreterCustomization[],
): ReadonlyMap<string, KindScripts> {
  const index = new Map<string, Map<ScriptField, readonly PlacedScript[]>>()
  const byName = customizations.toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))
  for (const customization of byName) {
    const kind = targetKind(customization)
    const scripts = index.get(kind) ?? new Map<ScriptField, readonly PlacedScript[]>()
    index.set(kind, scripts)
    for (const script of scriptsOf(customization)) {
      const before = scripts.get(script.field) ?? []
      if (before.length > 0 && script.field !== 'dependencyInterpretation') continue
      scripts.set(script.field, [...before, script])
    }
  }
  return index
}

/** The kind that a customization is for, as `formatGvk` writes it. */
export function targetKind({ spec: { target } }: ResourceInterpreterCustomization): string {
  return formatGvk({ ...parseApiVersion(target.apiVersion), kind: target.kind })
}

/** The scripts of a customization that are not blank. */
export function scriptsOf({ metadata, spec }: ResourceInterpreterCustomization): readonly PlacedScript[] {
  const language = languageName(metadata.annotations)
  return SCRIPT_FIELDS.flatMap(field => {
    const text = spec.customizations[field]?.luaScript ?? ''
    return text.trim() === '' ? [] : [{ customization: metadata.name, field, language, text }]
  })
}
