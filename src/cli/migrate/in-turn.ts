/** Requests that are under way at once: an apiserver serves others too. */
const WIDTH = 16

/** Does something for each of many, a few at a time. @returns what came of it, in their order. */
export async function inTurn<T, R>(all: readonly T[], work: (one: T) => Promise<R>): Promise<readonly R[]> {
  const results = new Map<number, R>()
  const entries = all.entries()
  const worker = async (): Promise<void> => {
    for (const [index, one] of entries) results.set(index, await work(one))
  }
  await Promise.all(Array.from({ length: Math.min(WIDTH, all.length) }, worker))
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result)
}
