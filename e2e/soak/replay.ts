import { CALM } from '../controlplane/storm-proxy.ts'
import { Deviation, type Shrunk } from './report.ts'
import { minimiseHistory } from './shrink.ts'
import type { SoakFleet } from './soak-fleet.ts'
import { goOn, type Phase, startAnew, type Walk } from './walk.ts'

export interface ReplayLimits {
  readonly tries: number
  readonly minutes: number
}

const MINUTE_MS = 60_000

/**
 * Looks for the least that leads to a difference as well, on the same fleet, from an empty world each time.
 *
 * @param failed the walk at the end of which there was one.
 */
export async function shrinkWalk(soak: SoakFleet, failed: Walk, limits: ReplayLimits): Promise<Shrunk> {
  const endMs = performance.now() + limits.minutes * MINUTE_MS
  let [tries, reproduced] = [0, 0]
  let walk: Walk | undefined = failed
  const leads = async (phases: readonly Phase[]): Promise<boolean> => {
    if (walk === undefined || tries >= limits.tries || performance.now() > endMs) return false
    const from = walk
    // Unless it comes to an end there is nowhere to go on from: a fleet that cannot be emptied is not walked any more.
    walk = undefined
    const again = await recover(soak, from)
      .then(start => walkAgain(soak, start, phases))
      .catch(() => undefined)
    if (again === undefined) return false
    walk = again.end
    tries++
    if (again.differs) reproduced++
    return again.differs
  }
  return { history: await minimiseHistory(failed.history, leads), tries, reproduced }
}

/** Whatever a walk that broke off has left is well again; operators that have gone wrong begin anew too. */
async function recover(soak: SoakFleet, walk: Walk): Promise<Walk> {
  for (const { storm, line } of [soak.host, ...soak.members]) {
    storm.become(CALM)
    await line.become('none')
  }
  await Promise.all(soak.operators.map(operator => operator.kill()))
  for (const operator of soak.operators) operator.start()
  return startAnew(soak, walk)
}

async function walkAgain(
  soak: SoakFleet,
  start: Walk,
  phases: readonly Phase[],
): Promise<{ readonly end: Walk; readonly differs: boolean }> {
  let end = start
  try {
    for (const phase of phases) end = await goOn(soak, end, phase)
    return { end, differs: false }
  } catch (error) {
    if (error instanceof Deviation) return { end: error.findings, differs: true }
    throw error
  }
}
