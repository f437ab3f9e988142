import { ANNOTATION } from '../../api/names.ts'
import { valueAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'

/** What stands on an object of the host that came from a Karmada: by it a run that was interrupted goes on. */
export interface Mark {
  /** UID of the namespace kube-system of Karmada's apiserver. */
  readonly source: string
  /** UID of the object there. */
  readonly uid: string
  /** Of a binding whose placement is held until its members are taken over. */
  readonly held?: boolean
  /** Of a held binding: its scheduling was suspended before. */
  readonly suspended?: boolean
}

/** @returns the object with its mark. */
export function marked(object: KubeObject, mark: Mark): KubeObject {
  const annotations = { ...object.metadata.annotations, [ANNOTATION.migration]: formatMark(mark) }
  return withValueAt(object, ['metadata', 'annotations'], annotations)
}

/** The annotation's value. */
export function formatMark(mark: Mark): string {
  return JSON.stringify(mark)
}

/** @returns undefined for an object that was not brought by a migration. */
export function markOf(object: Pick<KubeObject, 'metadata'>): Mark | undefined {
  const text = object.metadata.annotations?.[ANNOTATION.migration]
  if (text === undefined) return undefined
  try {
    return decode(JSON.parse(text))
  } catch {
    return undefined
  }
}

function decode(value: unknown): Mark | undefined {
  if (!isJsonObject(value)) return undefined
  const [source, uid] = [valueAt(value, 'source'), valueAt(value, 'uid')]
  if (typeof source !== 'string' || typeof uid !== 'string') return undefined
  return {
    source,
    uid,
    ...(value['held'] === true && { held: true }),
    ...(value['suspended'] === true && { suspended: true }),
  }
}
