const LONGEST_SHARED = 64
const POOL_LIMIT = 20_000

/** Gives the first of several equal strings, so that a cache holds each only once. */
export type StringPool = (text: string) => string

/** A pool that forgets everything when it holds 20,000 strings: it saves memory, it must not become a leak. */
export function newStringPool(): StringPool {
  const pool = new Map<string, string>()
  return text => {
    if (text.length > LONGEST_SHARED) return text
    const known = pool.get(text)
    if (known !== undefined) return known
    if (pool.size >= POOL_LIMIT) pool.clear()
    pool.set(text, text)
    return text
  }
}

/**
 * Freezes a decoded JSON value and everything below it, sharing equal short strings. Frozen parts are taken as done:
 * a value shared with the cache costs nothing again.
 */
export function freezeDeep<T>(value: T, share: StringPool): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  if (Array.isArray(value)) freezeElements(value, share)
  else if (isRecord(value)) freezeFields(value, share)
  return Object.freeze(value)
}

function isRecord(value: object): value is Record<string, unknown> {
  return !Array.isArray(value)
}

function freezeElements(array: unknown[], share: StringPool): void {
  for (let i = 0; i < array.length; i++) {
    const element = array[i]
    if (typeof element === 'string') array[i] = share(element)
    else if (typeof element === 'object') freezeDeep(element, share)
  }
}

function freezeFields(object: Record<string, unknown>, share: StringPool): void {
  for (const field of Object.keys(object)) {
    const value = object[field]
    // An own field, also if its name is __proto__: the assignment finds it before the prototype's accessor.
    if (typeof value === 'string') object[field] = share(value)
    else if (typeof value === 'object') freezeDeep(value, share)
  }
}
