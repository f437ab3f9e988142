import { fnv1a32 } from '../../object/name-hash.ts'

/**
 * Whether equal claims go to the larger name: for every other template, so that the first cluster by name does not
 * get the odd replica of all of them.
 *
 * @param uid of the template; absent or empty is ascending
 * @source spec/behaviour/scheduling.md §8.1
 */
export function isTieDescending(uid: string | undefined): boolean {
  return uid ? fnv1a32(uid) % 2 === 1 : false
}
