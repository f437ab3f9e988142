/**
 * About how many characters a value has as JSON, counted no further than it matters.
 *
 * @param limit where counting stops
 * @returns the size, or some number above `limit`.
 */
export function jsonSize(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length + 2
  if (typeof value !== 'object' || value === null) return 5
  let size = 2
  if (Array.isArray(value)) {
    for (const each of value) {
      size += 1 + jsonSize(each, limit - size)
      if (size > limit) return size
    }
    return size
  }
  for (const [name, each] of Object.entries(value)) {
    size += name.length + 4 + jsonSize(each, limit - size)
    if (size > limit) return size
  }
  return size
}
