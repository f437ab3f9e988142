/** True for what an apiserver with etcd gives: a decimal number without leading zeros. */
function isOrdered(resourceVersion: string): boolean {
  return /^(0|[1-9]\d*)$/.test(resourceVersion)
}

/**
 * True when `a` is known to be later than `b`; '' is earlier than everything. Versions of one resource of one apiserver
 * are ordered decimal numbers that may not fit a double. Anything else is not ordered: never newer.
 *
 * @source kubernetes.io API concepts, "Resource versions"
 */
export function isNewer(a: string, b: string): boolean {
  if (!isOrdered(a)) return false
  if (b === '') return true
  if (!isOrdered(b)) return false
  return a.length === b.length ? a > b : a.length > b.length
}
