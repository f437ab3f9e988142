import { isNotFound, StatusError } from './status-error.ts'

/** What was looked for: what was found, or why nobody could look. */
export type Looked<T> = { readonly found: T } | { readonly unread: string }

/**
 * Reads with the rights that there are: whoever may not look is told so, everything else that fails is the caller's.
 *
 * @param what in words, for the one who reads that it could not be read.
 */
export async function look<T>(what: string, read: () => Promise<T>): Promise<Looked<T>> {
  try {
    return { found: await read() }
  } catch (error) {
    if (error instanceof StatusError && (error.code === 401 || error.code === 403)) {
      return { unread: `${what}: ${error.message}` }
    }
    throw error
  }
}

/** @returns undefined for what the server says is not there: an object, or a kind that it does not serve. */
export async function findOrUndefined<T>(read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

/** @returns undefined for what nobody could look at. */
export function foundIn<T>(looked: Looked<T>): T | undefined {
  return 'found' in looked ? looked.found : undefined
}
