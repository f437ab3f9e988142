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

/**
 * The pages of a list, one after the other. One that is larger than an answer may be is asked for in smaller parts: a few
 * hundred objects may be larger together than any of them is, and one that cannot be taken in must not hide the others.
 *
 * @param pageSize objects of a page, as long as they fit
 * @throws what `ask` throws
 */
export async function* listPages(
  ask: (page: PageQuery) => Promise<ListPage>,
  pageSize: number,
): AsyncGenerator<ListPage, void> {
  let limit = pageSize
  let next: string | undefined
  for (;;) {
    const page = await ask({ limit, ...(next !== undefined && { continue: next }) }).catch((error: unknown) => {
      if (limit === 1 || !isTooLarge(error)) throw error
      return undefined
    })
    if (page === undefined) {
      limit = Math.ceil(limit / SHRINKS_BY)
      continue
    }
    yield page
    if (page.continue === undefined || page.continue === '') return
    next = page.continue
    limit = Math.min(pageSize, limit + Math.ceil(limit * GROWS_BY))
  }
}
