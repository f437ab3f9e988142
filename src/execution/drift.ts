import type { ManagedObject } from '../members/project-managed-object.ts'
import { jsonPointer, valueAtPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { printable, shorten } from '../object/printable.ts'
import { isDeclared } from './declared.ts'
import { deviations, isMetadata } from './deviations.ts'

/** One field in which a member object is not as declared. */
export interface DriftedField {
  /** JSON pointer. */
  readonly path: string
  /** As JSON, cut short; absent when the field is not declared. */
  readonly wanted?: string
  /** As JSON, cut short; absent when the field is not there. */
  readonly found?: string
}

export const MOST_FIELDS = 10
const LONGEST_VALUE = 120
const HIDDEN = '(hidden)'
/** Below these a Secret has nothing that may be shown. */
const SECRET_FIELDS = ['data', 'stringData']

/**
 * In which fields a member object differs from what we declared: those that differ, then those that others added.
 *
 * Guarantees: at most {@link MOST_FIELDS}; no value of a Secret; nothing of labels, annotations and status.
 *
 * @source design.md, rules of writing 4
 */
export function listDrift(desired: KubeObject, observed: ManagedObject): readonly DriftedField[] {
  const changed = deviations(desired, observed).filter(({ path }) => !isMetadata(path))
  const added = (observed.flotillaForeignFields ?? [])
    .filter(({ path }) => !isDeclared(desired, observed, path))
    .map(({ path }) => ({ path, wanted: undefined, found: valueAtPointer(observed, path) }))
  return [...changed, ...added].slice(0, MOST_FIELDS).map(field => {
    const shown = isSecret(desired, field.path) ? hide : show
    const [wanted, found] = [shown(field.wanted), shown(field.found)]
    return { path: field.path, ...(wanted !== undefined && { wanted }), ...(found !== undefined && { found }) }
  })
}

/** @returns one line for people, such as `/data/a: wanted "1", found "2"; /data/b: added`. */
export function formatDrift(fields: readonly DriftedField[]): string {
  return fields
    .map(({ wanted, found, ...field }) => {
      const path = printable(field.path)
      if (wanted === undefined) return `${path}: added ${found ?? ''}`.trim()
      return `${path}: wanted ${wanted}, found ${found ?? 'nothing'}`
    })
    .join('; ')
}

function isSecret({ kind, apiVersion }: KubeObject, path: string): boolean {
  return kind === 'Secret' && apiVersion === 'v1' && SECRET_FIELDS.some(name => path.startsWith(jsonPointer(name)))
}

function hide(value: unknown): string | undefined {
  return value === undefined ? undefined : HIDDEN
}

function show(value: unknown): string | undefined {
  return value === undefined ? undefined : shorten(JSON.stringify(value), LONGEST_VALUE)
}
