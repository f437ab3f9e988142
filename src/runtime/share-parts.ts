/**
 * Gives a decoded object the parts of another one that are equal, so that both hold them once: whole subtrees where they are
 * equal, long strings where only they are.
 *
 * @param object changed in place, but for what is frozen in it: that is shared already.
 *
 * Assumes that `known` is deeply frozen.
 */
export function shareParts(object: object, known: object): void {
  if (object === known || Object.isFrozen(object)) return
  if (Array.isArray(object)) {
    if (Array.isArray(known)) shareElements(object, known)
  } else if (isRecord(object) && isRecord(known)) shareFields(object, known)
}

/** @returns whether the two are equal in all. */
function shareElements(array: unknown[], known: readonly unknown[]): boolean {
  let equal = array.length === known.length
  for (let at = 0; at < array.length && at < known.length; at++) {
    if (isSame(array[at], known[at])) array[at] = known[at]
    else equal = false
  }
  return equal
}

/** @returns whether the two are equal in all; the order of fields says nothing. */
function shareFields(object: Record<string, unknown>, known: Readonly<Record<string, unknown>>): boolean {
  const fields = Object.keys(object)
  let equal = fields.length === Object.keys(known).length
  for (const field of fields) {
    // An own field, also if its name is __proto__: the assignment finds it before the prototype's accessor.
    if (Object.hasOwn(known, field) && isSame(object[field], known[field])) object[field] = known[field]
    else equal = false
  }
  return equal
}

/** Whether a part is equal to a known one; shares what is equal in it where it is not. */
function isSame(part: unknown, known: unknown): boolean {
  if (part === known) return true
  if (typeof part !== 'object' || part === null || typeof known !== 'object' || known === null) return false
  if (Object.isFrozen(part)) return false
  if (Array.isArray(part)) return Array.isArray(known) && shareElements(part, known)
  return isRecord(part) && isRecord(known) && shareFields(part, known)
}

/** What JSON has. A Map, a Set or an instance of a class, as projections may hold them, has more in it than its fields. */
function isRecord(value: object): value is Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
