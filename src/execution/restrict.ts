import { isJsonObject } from '../object/raw-json.ts'

/**
 * The part of `observed` that `declared` speaks of: the same members, with the values that are observed. Lists are compared
 * by position; a member that is not observed is left out.
 */
export function restrictTo(declared: unknown, observed: unknown): unknown {
  if (isJsonObject(declared) && isJsonObject(observed)) {
    return Object.fromEntries(
      Object.keys(declared)
        .filter(name => Object.hasOwn(observed, name))
        .map(name => [name, restrictTo(declared[name], observed[name])]),
    )
  }
  if (Array.isArray(declared) && Array.isArray(observed)) {
    return observed.map((element, i) => restrictTo(declared[i], element))
  }
  return observed
}
