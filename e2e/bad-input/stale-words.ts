import { setTimeout as sleep } from 'node:timers/promises'
import { call } from '../controlplane/rest.ts'
import type { TestFleet } from '../test-fleet.ts'
import { TOUCHED_LABEL } from './kinds.ts'
import type { NastyRequest } from './nasty-requests.ts'
import { type Outcome, outcomeOf, warningsOn } from './outcome.ts'
import { untilSettled } from './steady.ts'

/** Between objects that are touched: their events are to find room. */
const APART_MS = 100
const WRITE_MS = 60_000
const SECOND_MS = 1000

interface Touched {
  readonly request: NastyRequest
  readonly uid: string
  /** As timestamps of events have it: whole seconds. */
  readonly sinceMs: number
}

/** What came of the templates of which an event tells, and nothing else. */
export interface StaleWords {
  readonly touched: number
  /** What each has come to by now; those that stand in `faults` are left out. */
  readonly outcomes: ReadonlyMap<NastyRequest, Outcome>
  readonly faults: readonly string[]
}

/**
 * An event says what was so when it was told, and stays. So what no more than an event tells of gets another label, and nothing else is
 * changed. Is the event of now, it is told again; was it of something that has passed, the template reaches the member by this alone: it was lost till then.
 */
export async function lookForStaleWords(
  fleet: Pick<TestFleet, 'host' | 'member'>,
  requests: readonly NastyRequest[],
): Promise<StaleWords> {
  const { host } = fleet
  const look = ({ path, object }: NastyRequest): Promise<Outcome | undefined> =>
    outcomeOf(host, fleet.member('member1'), { path, object })
  const outcomes = new Map<NastyRequest, Outcome>()
  const faults = new Map<NastyRequest, string>()
  const touched: Touched[] = []
  for (const request of requests) {
    const now = await look(request)
    if (now?.type === 'told' && now.by === 'event') touched.push(await touch(fleet, request))
    else if (now === undefined || now.type === 'lost') faults.set(request, 'nothing tells of it any more')
    else outcomes.set(request, now)
  }
  const left = await untilSettled(touched, async some => {
    const silent: Touched[] = []
    for (const each of some) {
      const now = await look(each.request)
      if (now !== undefined && (await isOfNow(fleet, each, now))) outcomes.set(each.request, now)
      else if (now === undefined || now.type === 'told') silent.push(each)
      else faults.set(each.request, `it was held up by nothing: ${now.type} as soon as it was touched`)
    }
    return silent
  })
  for (const { request } of left) faults.set(request, 'its event is of something that has passed')
  return {
    touched: touched.length,
    outcomes,
    faults: [...faults].map(([{ path, object }, what]) => `${path}/${object.metadata.name}: ${what}`),
  }
}

/** It gets no larger by that: some stand on the brink. */
async function touch({ host }: Pick<TestFleet, 'host'>, request: NastyRequest): Promise<Touched> {
  const sinceMs = Math.floor(Date.now() / SECOND_MS) * SECOND_MS
  const body = { metadata: { labels: { [TOUCHED_LABEL]: 'y' } } }
  const path = `${request.path}/${request.object.metadata.name}`
  const answer = await call(host.endpoint, path, { method: 'PATCH', body, timeoutMs: WRITE_MS })
  await sleep(APART_MS)
  return { request, uid: JSON.parse(answer).metadata.uid, sinceMs }
}

/** The garbage collector comes when it comes. */
async function isOfNow(
  { host }: Pick<TestFleet, 'host'>,
  { request, uid, sinceMs }: Touched,
  now: Outcome,
): Promise<boolean> {
  if (now.type !== 'told') return now.type === 'gone'
  if (now.by === 'condition') return true
  const { namespace } = request.object.metadata
  const warnings = await warningsOn(host, { uid, ...(namespace !== undefined && { namespace }) })
  return warnings.some(({ lastTimestamp }) => Date.parse(lastTimestamp) >= sinceMs)
}
