import { deepEqual } from './deep-equal.ts'
import type { JsonObject } from './kube-object.ts'
import { isJsonObject } from './raw-json.ts'

/**
 * The JSON merge patch (RFC 7386) that turns `from` into `to`: changed members, `null` for removed ones; lists whole.
 * @returns undefined when they are equal, so that callers write nothing.
 */
export function mergePatch(from: JsonObject, to: JsonObject): JsonObject | undefined {
  const changes: [string, unknown][] = []
  for (const name of Object.keys(from))
    if (own(to, name) === undefined && from[name] !== undefined) changes.push([name, null])
  for (const name of Object.keys(to)) {
    const change = to[name] === undefined ? undefined : memberPatch(own(from, name), to[name])
    if (change !== undefined) changes.push([name, change])
  }
  return changes.length === 0 ? undefined : Object.fromEntries(changes)
}

/** A member that is called `constructor` or `__proto__` is there only when somebody put it there. */
function own(object: JsonObject, name: string): unknown {
  return Object.hasOwn(object, name) ? object[name] : undefined
}

function memberPatch(from: unknown, to: unknown): unknown {
  if (isJsonObject(from) && isJsonObject(to)) return mergePatch(from, to)
  return deepEqual(from, to) ? undefined : to
}

/** `object` after a JSON merge patch (RFC 7386). A name like `__proto__` is a field like others. */
export function patched(object: JsonObject, patch: JsonObject): JsonObject {
  const kept = Object.entries(object).filter(([name]) => !Object.hasOwn(patch, name))
  const changed = Object.entries(patch)
    .filter(([, change]) => change !== null)
    .map(([name, change]): [string, unknown] => {
      if (!isJsonObject(change)) return [name, change]
      const before = own(object, name)
      return [name, patched(isJsonObject(before) ? before : {}, change)]
    })
  return Object.fromEntries([...kept, ...changed])
}
