import type { ListPage } from './client.ts'
import { isTooLarge } from './status-error.ts'

/** Which part of a list is asked for. */
export interface PageQuery {
  readonly limit: number
  readonly continue?: string
}

/** A page that is too large is asked for again with so much less; those after it grow slowly, since what failed costs a transfer. */
const SHRINKS_BY = 2
const GROWS_BY = 1 / 4

/** How pages are asked for. */
export interface PagingOptions {
  /** Objects of a page, as long as they fit. */
  readonly pageSize: number
  /**
   * The server reads the next page while the caller works on this one: on a long list nobody waits for the other, for the price of a
   * second page in memory. Default false.
   */
  readonly readAhead?: boolean
}

/**
 * The pages of a list, one after the other. One that is larger than an answer may be is asked for in smaller parts: a few
 * hundred objects may be larger together than any of them is, and one that cannot be taken in must not hide the others.
 *
 * @throws what `ask` throws
 */
export async function* listPages(
  ask: (page: PageQuery) => Promise<ListPage>,
  { pageSize, readAhead = false }: PagingOptions,
): AsyncGenerator<ListPage, void> {
  let part: PageQuery = { limit: pageSize }
  let asked = askFitting(ask, part)
  for (;;) {
    const { page, limit } = await asked
    const token = page.continue
    if (token === undefined || token === '') {
      yield page
      return
    }
    part = { limit: Math.min(pageSize, limit + Math.ceil(limit * GROWS_BY)), continue: token }
    if (readAhead) {
      asked = askFitting(ask, part)
      // Who ends early does not hear of it.
      asked.catch(() => undefined)
      // What is asked leaves the process in the next turn.
      await new Promise(setImmediate)
    }
    yield page
    if (!readAhead) asked = askFitting(ask, part)
  }
}

/** @returns the page, as large as it could be. */
async function askFitting(
  ask: (page: PageQuery) => Promise<ListPage>,
  part: PageQuery,
): Promise<{ readonly page: ListPage; readonly limit: number }> {
  for (let { limit } = part; ; limit = Math.ceil(limit / SHRINKS_BY)) {
    try {
      return { page: await ask({ ...part, limit }), limit }
    } catch (error) {
      if (limit === 1 || !isTooLarge(error)) throw error
    }
  }
}
