import type { TestFleet } from '../test-fleet.ts'
import { droppedEvents } from './figures.ts'
import type { NastyRequest } from './nasty-requests.ts'
import { type Outcome, outcomeOf } from './outcome.ts'
import { judgeAll } from './scene.ts'
import { makeAgain } from './sending.ts'
import { untilSettled } from './steady.ts'
import type { Verdict } from './verdicts.ts'

/** What came of requests, and how many of these were made a second time. */
export interface Judgement<T> {
  readonly found: ReadonlyMap<NastyRequest, T>
  readonly madeAgain: number
}

export interface KindVerdict {
  readonly kind: string
  /** Undefined for what is gone. */
  readonly verdict: Verdict | undefined
}

type Judged = Pick<TestFleet, 'host' | 'member' | 'operator'>

/** What became of each template; of those that are not among it nothing is known. @param warningsBefore that had been dropped before these were made */
export async function outcomesOf(
  fleet: Judged,
  templates: readonly NastyRequest[],
  warningsBefore: number,
): Promise<Judgement<Outcome>> {
  const found = new Map<NastyRequest, Outcome>()
  const look = async (left: readonly NastyRequest[]): Promise<readonly NastyRequest[]> => {
    for (const request of left) {
      const now = await outcomeOf(fleet.host, fleet.member('member1'), request)
      if (now !== undefined) found.set(request, now)
    }
    return left.filter(request => !found.has(request))
  }
  const madeAgain = await untilTold(fleet, templates, { look, warningsBefore })
  return { found, madeAgain }
}

/** What is said of each of the others, in words, and what should be said and is not. @param warningsBefore that had been dropped before these were made */
export async function verdictsOn(
  fleet: Judged,
  others: readonly NastyRequest[],
  warningsBefore: number,
): Promise<Judgement<KindVerdict>> {
  const found = new Map<NastyRequest, KindVerdict>()
  const look = async (left: readonly NastyRequest[]): Promise<readonly NastyRequest[]> => {
    for (const { request, ...judged } of await judgeAll(fleet.host, 'member1', left)) found.set(request, judged)
    return left.filter(request => found.get(request)?.verdict?.type === 'missing')
  }
  const isByEvent = (request: NastyRequest): boolean => {
    const verdict = found.get(request)?.verdict
    return verdict?.type === 'missing' && verdict.byEvent
  }
  const madeAgain = await untilTold(fleet, others, { look, warningsBefore, isByEvent })
  return { found, madeAgain }
}

interface Telling {
  /** @returns those of `left` of which something should be said and is not */
  readonly look: (left: readonly NastyRequest[]) => Promise<readonly NastyRequest[]>
  readonly warningsBefore: number
  /** Only these may have been told of by a Warning that was dropped. Default: all. */
  readonly isByEvent?: (request: NastyRequest) => boolean
}

/** Waits until nothing more is told; what a dropped Warning may have told of is made, and waited for, once more. @returns how many were */
async function untilTold(
  fleet: Pick<TestFleet, 'host' | 'operator'>,
  requests: readonly NastyRequest[],
  { look, warningsBefore, isByEvent = () => true }: Telling,
): Promise<number> {
  const untold = (await untilSettled(requests, look)).filter(isByEvent)
  const isDropped = untold.length > 0 && (await droppedWarnings(fleet)) > warningsBefore
  if (!isDropped) return 0
  await makeAgain(fleet.host, untold)
  await untilSettled(untold, look)
  return untold.length
}

/** When too many Warnings wait the operator drops some, and counts them. */
export async function droppedWarnings(fleet: Pick<TestFleet, 'operator'>): Promise<number> {
  return (await droppedEvents(fleet))['overflow Warning'] ?? 0
}
