import { CallError } from '../controlplane/rest.ts'
import { waitFor } from '../controlplane/wait.ts'

const PATIENCE_MS = 120_000
const RETRY_MS = 100

/** Until it succeeds, or the server says that it never will. */
export async function persist(what: string, act: () => Promise<unknown>): Promise<void> {
  let hopeless: CallError | undefined
  const look = async (): Promise<true | undefined> => {
    try {
      await act()
      return true
    } catch (error) {
      const isRefused = error instanceof CallError && error.statusCode < 500 && ![409, 429].includes(error.statusCode)
      if (isRefused) hopeless = error
      throw error
    }
  }
  const options = { until: what, timeoutMs: PATIENCE_MS, everyMs: RETRY_MS, hopeless: () => hopeless?.message }
  await waitFor(look, options)
}

/** @returns whether a server said that there is nothing. */
export function isNotFound(error: unknown): boolean {
  return error instanceof CallError && error.statusCode === 404
}
