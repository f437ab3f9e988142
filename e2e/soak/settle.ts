import { setTimeout as sleep } from 'node:timers/promises'
import { waitFor } from '../controlplane/wait.ts'
import { differences } from './compare.ts'
import { shareProblems } from './division.ts'
import { readHoldings } from './observe.ts'
import { readHostState } from './observe-host.ts'
import { Deviation } from './report.ts'
import { type Since, wrongTurns } from './since-quiet.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { Holdings, HostState } from './states.ts'
import type { Walk } from './walk.ts'

/** How long a fleet may take, after everything is well again, to be as asked for. */
const PATIENCE_MS = 90_000
const STAYS_MS = 300
const LOOK_MS = 250

/** What is asked for at the end of a phase, and how it came to that. */
export interface Ending {
  readonly walk: Walk
  readonly since: Since
}

interface Look {
  readonly found: readonly string[]
  readonly holdings: Holdings
  readonly host: HostState
}

/**
 * Waits until the members are as asked for, and nobody writes anything any more.
 *
 * @returns what is seen then, and how long it took.
 * @throws Deviation when it takes too long: what comes to be as asked for after that differs as well.
 */
export async function settle(soak: SoakFleet, ending: Ending): Promise<Pick<Walk, 'quiet' | 'settledMs'>> {
  const startMs = performance.now()
  let settledMs: number | undefined
  let last: readonly string[] = []
  const look = async (): Promise<Look> => {
    const seen = await lookAt(soak, ending)
    last = seen.found
    if (last.length > 0) settledMs = undefined
    else settledMs ??= performance.now() - startMs
    return seen
  }
  const isQuiet = async (): Promise<Look | undefined> => {
    const seen = await look()
    if (seen.found.length > 0) return undefined
    // It has to stay so: what was on its way has come by then.
    await sleep(STAYS_MS)
    const again = await look()
    if (again.found.length > 0) return undefined
    last = writesBetween(seen.host, again.host)
    return last.length > 0 ? undefined : again
  }
  try {
    const options = { until: 'the members are as asked for', timeoutMs: PATIENCE_MS, everyMs: LOOK_MS }
    const { holdings, host } = await waitFor(isQuiet, options)
    return { quiet: { holdings, clusters: host.clusters }, settledMs: settledMs ?? performance.now() - startMs }
  } catch (error) {
    const { findings } = await deviation(soak, ending, [])
    const before = last.map(line => `until just now: ${line}`)
    const found = findings.found.length > 0 ? findings.found : [String(error), ...before]
    throw new Deviation({ ...findings, found })
  }
}

/** @param failures what could not even be done. */
export async function deviation(soak: SoakFleet, ending: Ending, failures: readonly string[]): Promise<Deviation> {
  const { found, ...states } = await lookAt(soak, ending)
  return new Deviation({ ...ending.walk, ...states, found: [...failures, ...found] })
}

async function lookAt(soak: SoakFleet, { walk, since }: Ending): Promise<Look> {
  const [holdings, host] = await Promise.all([readHoldings(soak), readHostState(soak)])
  const found = [
    ...differences(walk.world, holdings, host),
    ...wrongTurns(since, holdings),
    ...shareProblems(since, holdings, host.clusters),
  ]
  return { found, holdings, host }
}

/** Where all is as asked for nothing is left to write. */
function writesBetween({ versions: before }: HostState, { versions: now }: HostState): readonly string[] {
  const written = [...now].filter(([object, version]) => before.get(object) !== version)
  return written.map(([object, version]) => `${object} was written: from version ${before.get(object)} to ${version}`)
}
