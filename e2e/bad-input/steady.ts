import { deepEqual } from '../../src/object/equality.ts'
import { eventually } from '../cluster-view.ts'

const STEADY_MS = 5_000

/** Waits until what `look` gives has been the same for some seconds. */
export async function steady(what: string, look: () => Promise<unknown>): Promise<void> {
  let [last, sinceMs]: readonly [unknown, number] = [undefined, Date.now()]
  await eventually(`${what}: always the same`, async () => {
    const now = await look()
    if (!deepEqual(now, last)) [last, sinceMs] = [now, Date.now()]
    return Date.now() - sinceMs >= STEADY_MS
  })
}

/** Looks at all, then at what is left over, until nothing is or nothing more comes. @returns what is left over */
export async function untilSettled<T>(
  all: readonly T[],
  look: (left: readonly T[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  let left = await look(all)
  const isSettled = async (): Promise<boolean> => {
    left = await look(left)
    return left.length === 0
  }
  if (left.length > 0) await eventually('nothing is left over', isSettled).catch(() => undefined)
  return left
}
