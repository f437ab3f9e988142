import type { ManagedObject } from '../members/project-managed-object.ts'
import { jsonPointer } from '../object/json-pointer.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'
import { placesOf } from './declared.ts'

/** A declared value that says nothing in most places: false or 0. */
interface Void {
  /** JSON pointer to where it would be in the member. */
  readonly path: string
  readonly wanted: unknown
}

const NONE: readonly Void[] = []

/**
 * Declared values of false and 0 that somebody removed, where absent may mean another thing: `allowPrivilegeEscalation: false`,
 * `automountServiceAccountToken: false`. An apiserver that keeps no value of one that we applied leaves it in our set, and what
 * somebody removes leaves our set as well.
 *
 * Caveat: inside of a value that is owned as a whole it can't be told who dropped one; it counts as removed. Empty text and maps do
 * not count, for built-in kinds drop them there.
 *
 * @returns none where our set is not known
 * @source design.md, rules of writing 2, 4; Kubernetes server-side apply, fieldsV1
 */
export function lostVoids(desired: KubeObject, observed: ManagedObject): readonly Void[] {
  const { flotillaVoids } = observed
  if (flotillaVoids === undefined) return NONE
  const { metadata: _metadata, status: _status, ...declared } = desired
  return absentVoids(declared, observed, '').filter(({ path }) => !flotillaVoids.includes(path))
}

function absentVoids(declared: unknown, observed: unknown, path: string): readonly Void[] {
  if (declared === observed) return NONE
  if (Array.isArray(declared)) return Array.isArray(observed) ? absentInList(declared, observed, path) : NONE
  if (isJsonObject(declared)) return absentInMap(declared, observed, path)
  return observed === undefined && (declared === false || declared === 0) ? [{ path, wanted: declared }] : NONE
}

function absentInMap(
  declared: { readonly [field: string]: unknown },
  observed: unknown,
  path: string,
): readonly Void[] {
  if (observed !== undefined && !isJsonObject(observed)) return NONE
  return Object.keys(declared).flatMap(name => {
    const below = observed !== undefined && Object.hasOwn(observed, name) ? observed[name] : undefined
    return absentVoids(declared[name], below, path + jsonPointer(name))
  })
}

function absentInList(declared: readonly unknown[], observed: readonly unknown[], path: string): readonly Void[] {
  const places = placesOf(declared, observed) ?? []
  return places.flatMap((place, index) =>
    absentVoids(declared[index], observed[place], path + jsonPointer(String(place))),
  )
}
