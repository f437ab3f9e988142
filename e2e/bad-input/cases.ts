import { beforeAll, describe, expect, it } from '@jest/globals'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { newRandom } from '../soak/random.ts'
import type { TestFleet } from '../test-fleet.ts'
import { droppedEvents, etcdBytes, heldBytes, settled } from './figures.ts'
import { droppedWarnings, type KindVerdict, outcomesOf, verdictsOn } from './judging.ts'
import { type NastyRequest, nastyRequest } from './nasty-requests.ts'
import type { Outcome } from './outcome.ts'
import { allWords, unreadable } from './readable.ts'
import { removeAll } from './removal.ts'
import { type Counts, countsOf, NO_TALLY, type Standing, type Tally } from './results.ts'
import { type Round, roundsOf } from './rounds.ts'
import { send } from './sending.ts'
import { lookForStaleWords } from './stale-words.ts'
import { expectRunning, whileRunning } from './while-running.ts'

export interface CasesOptions {
  readonly fleet: TestFleet
  readonly seed: number
  readonly cases: number
  /** Sees that an object gets from the host into members although all the rest goes on. */
  readonly control: (name: string, into: readonly ControlPlane[]) => Promise<void>
  /** What came of a round, once it is over. */
  readonly note: (round: Tally, standing: Standing) => void
  readonly noteFaults: (faults: readonly string[]) => void
}

const AT_ONCE = 8
const CONTROL_EVERY = 40
const MEBI = 2 ** 20
const EMPTY_MS = 180_000

/** Cases of all sorts, a round at a time. */
export function describeCases(options: CasesOptions): void {
  const { fleet, seed, cases, note, noteFaults } = options
  const rounds = roundsOf(cases).map(round => ({ ...round, last: round.to - 1 }))

  describe.each(rounds)(`objects that nobody expects, from seed ${seed}: cases $from to $last`, round => {
    const taken: NastyRequest[] = []
    const templates = (): readonly NastyRequest[] => taken.filter(({ isTemplate }) => isTemplate)
    let outcomes: ReadonlyMap<NastyRequest, Outcome> = new Map()
    let tally: Tally = NO_TALLY
    let warningsBefore = 0
    const test = (name: string, body: () => Promise<void>): void =>
      it(name, () => whileRunning(fleet.operator.process, body))
    const found = (more: Partial<Tally>): void => {
      tally = { ...tally, ...more, madeAgain: tally.madeAgain + (more.madeAgain ?? 0) }
    }
    const expectNone = (faults: readonly string[]): void => {
      noteFaults(faults)
      expect(faults.slice(0, 5)).toEqual([])
    }

    beforeAll(async () => {
      warningsBefore = await droppedWarnings(fleet)
    })

    test('reach the member or say why not, and hold nobody up', async () => {
      await sendAll(options, round, taken)
      await settled(fleet)
      const judged = await outcomesOf(fleet, templates(), warningsBefore)
      outcomes = judged.found
      const counted = countsOf(templates().map(request => outcomeWords(outcomes.get(request))))
      found({
        refusedByApiserver: round.to - round.from - taken.length,
        templates: counted,
        madeAgain: judged.madeAgain,
      })
      say(round, `${tally.refusedByApiserver} refused, ${phrase(counted)}`)
      expectNone(templates().flatMap(request => faultsOf(request, outcomes.get(request))))
      expect(taken.length).toBeGreaterThan((round.to - round.from) / 4)
    })

    test('are told of, whatever they are, in words that everybody can read', async () => {
      const others = taken.filter(({ isTemplate }) => !isTemplate)
      const { found: verdicts, madeAgain } = await verdictsOn(fleet, others, warningsBefore)
      found({ verdicts: countsOf([...verdicts.values()].map(verdictWords)), madeAgain })
      const dropped = phrase(await droppedEvents(fleet))
      say(round, `${phrase(tally.verdicts)}; events dropped so far: ${dropped || 'none'}`)
      const unread = (await allWords(fleet.host)).flatMap(words => unreadable(words) ?? [])
      expectNone([...[...verdicts].flatMap(missing), ...unread])
    })

    test('are held up by what is said of them, and not by what has passed', async () => {
      await settled(fleet)
      const toldByEvent = [...outcomes].flatMap(([request, now]) =>
        now.type === 'told' && now.by === 'event' ? [request] : [],
      )
      const stale = await lookForStaleWords(fleet, toldByEvent)
      outcomes = new Map([...outcomes, ...stale.outcomes])
      const counted = countsOf(templates().map(request => outcomeWords(outcomes.get(request))))
      found({ templates: counted, touched: stale.touched })
      say(round, `${stale.touched} templates of which an event alone tells were touched`)
      expectNone(stale.faults)
    })

    test('go, with all that was made of them', async () => {
      const standing = await standingOf(fleet, taken)
      note(tally, standing)
      say(round, JSON.stringify(standing))
      await removeAll(fleet, EMPTY_MS)
    })
  })
}

/** All cases of a round, several at once, with a control object among them now and then. */
async function sendAll(
  { fleet, seed, control }: CasesOptions,
  { from, to }: Round,
  taken: NastyRequest[],
): Promise<void> {
  let next = from
  const work = async (): Promise<void> => {
    for (let at = next++; at < to; at = next++) {
      expectRunning(fleet.operator.process)
      const request = nastyRequest(newRandom(seed + at), at)
      if (await send(fleet.host, request)) taken.push(request)
      if (at % CONTROL_EVERY === 0) await control(`control-${at}`, fleet.members)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
}

async function standingOf(fleet: TestFleet, taken: readonly NastyRequest[]): Promise<Standing> {
  const bytes = taken.reduce((sum, { object }) => sum + Buffer.byteLength(JSON.stringify(object)), 0)
  return {
    objects: taken.length,
    jsonMiB: mebi(bytes),
    residentMiB: mebi(fleet.operator.process.rssBytes()),
    heldMiB: mebi(await heldBytes(fleet)),
    etcdMiB: mebi(await etcdBytes(fleet)),
  }
}

const mebi = (bytes: number): number => Math.round(bytes / MEBI)

function outcomeWords(outcome: Outcome | undefined): string {
  if (outcome === undefined) return 'untold'
  return outcome.type === 'told' ? `told ${outcome.words.reason}` : outcome.type
}

/** What is wrong with what came of a template. */
function faultsOf({ path, object }: NastyRequest, outcome: Outcome | undefined): readonly string[] {
  if (outcome?.type === 'told') return [unreadable(outcome.words) ?? []].flat()
  const isFault = outcome === undefined || outcome.type === 'lost'
  return isFault ? [`${path}/${object.metadata.name}: ${outcomeWords(outcome)}`] : []
}

function verdictWords({ kind, verdict }: KindVerdict): string {
  if (verdict === undefined) return `${kind}: gone`
  if (verdict.type === 'silent') return `${kind}: nothing to say, ${verdict.why}`
  return `${kind}: ${verdict.type === 'said' ? verdict.how : 'missing'}`
}

function missing([{ object }, { kind, verdict }]: readonly [NastyRequest, KindVerdict]): readonly string[] {
  const { name } = object.metadata
  if (verdict === undefined) return [`${kind} ${name}: gone`]
  return verdict.type === 'missing' ? [`${kind} ${name}: ${verdict.what}`] : []
}

function say({ from, to }: Round, words: string): void {
  process.stdout.write(`cases ${from} to ${to - 1}: ${words}\n`)
}

function phrase(counts: Counts): string {
  return Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ')
}
