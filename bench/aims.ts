import { round } from './report.ts'
import type { Spread } from './results.ts'

/** What is wanted of one figure. */
export interface Aim {
  readonly text: string
  readonly question: string
  /** For one number of objects; default: any. */
  readonly objects?: number
  /** The name of a figure; a function where it follows from several. @returns undefined when it was not measured. */
  readonly figure: string | ((figures: Answer) => number | undefined)
  readonly limit: number
  /** Default `under`. */
  readonly bound?: 'under' | 'most' | 'least'
  readonly unit: string
}

/** The medians of a question, ours and the bare loop's. */
export interface Answer {
  readonly ours: (name: string) => number | undefined
  readonly bare: (name: string) => number | undefined
}

const BURST = { question: 'burst', objects: 1000 } as const
const START = { question: 'scale-startup', objects: 5000 } as const
const SECONDS_A_MINUTE = 60
/** Of the operator's lease here (e2e/operator-values.yaml): nobody else may take over before. */
const LEASE_MS = 30_000
/** A lease that is over is one second's work: it is removed, the others agree on who has what, and look at it. */
const TAKEOVER_MS = LEASE_MS + 1000
const AILMENTS = ['paused', 'stopped', 'failing', 'silent'] as const

/** What has to grow in a straight line, with what. */
const GROWTHS = [
  ['memory', 'rssR2'],
  ['CPU of a start', 'cpuR2'],
  ['time of a start', 'startR2'],
] as const
const STRAIGHT: readonly Aim[] = GROWTHS.flatMap(([what, figure]) =>
  ['templates', 'members'].map(by => ({
    text: `${what} grows by ${by} in a straight line: R²`,
    question: `scale-${by}`,
    figure,
    limit: 0.98,
    bound: 'least',
    unit: '',
  })),
)

export const AIMS: readonly Aim[] = [
  {
    text: 'created → in 3 members, p50',
    question: 'latency',
    figure: 'configMapToMembersP50Ms',
    limit: 40,
    unit: 'ms',
  },
  {
    text: 'created → in 3 members, p99',
    question: 'latency',
    figure: 'configMapToMembersP99Ms',
    limit: 120,
    unit: 'ms',
  },
  {
    text: 'created → aggregated status on the host, p50',
    question: 'latency',
    figure: 'deploymentToStatusOnHostP50Ms',
    limit: 100,
    unit: 'ms',
  },
  {
    text: 'burst of 1000 × 3: share of the rate of the bare loop',
    ...BURST,
    figure: ({ ours, bare }) => percentOf(bare('toMembersSeconds'), ours('toMembersSeconds')),
    limit: 70,
    bound: 'least',
    unit: '%',
  },
  {
    text: 'the same, until the host shows all as applied',
    ...BURST,
    figure: ({ ours, bare }) => percentOf(bare('toStatusOnHostSeconds'), ours('toStatusOnHostSeconds')),
    limit: 70,
    bound: 'least',
    unit: '%',
  },
  {
    text: "burst: the operator's host requests per object besides events, leases and watches",
    ...BURST,
    // By its own count. The server's has the watches of others in it, and each object's creation, which is its user's.
    figure: ({ ours }) => {
      const own = divided(ours('operatorHostRequests'), 1000)
      // What is asked once in all is none of each.
      return own === undefined ? sumOf(ours('hostRequestsPerObject'), -1) : round(own)
    },
    limit: 9,
    bound: 'most',
    unit: '',
  },
  {
    text: 'burst: requests per member object',
    ...BURST,
    figure: ({ ours }) => divided(ours('memberRequestsPerObject'), 3),
    limit: 1.05,
    bound: 'most',
    unit: '',
  },
  { text: 'burst: CPU of the operator', ...BURST, figure: 'cpuSeconds', limit: 10, unit: 's' },
  {
    text: 'the same in multiples of the bare loop, which took 2.9 s on the machine on which the aim was set',
    ...BURST,
    figure: ({ ours, bare }) => divided(ours('cpuSeconds'), bare('cpuSeconds')),
    limit: 3.45,
    bound: 'most',
    unit: '',
  },
  { text: 'burst: memory of the operator', ...BURST, figure: 'peakRssMiB', limit: 200, unit: 'MiB' },
  { text: 'burst: delay of the event loop, p99', ...BURST, figure: 'eventLoopDelayP99Ms', limit: 20, unit: 'ms' },
  {
    text: 'the same, when it does not wait for a core',
    question: 'own-core',
    figure: 'eventLoopDelayP99Ms',
    limit: 20,
    unit: 'ms',
  },
  {
    text: 'a policy drops a member with 1000 objects',
    question: 'policy-change',
    objects: 1000,
    figure: 'dropInMemberSeconds',
    limit: 10,
    unit: 's',
  },
  {
    text: 'restart in order with 1000 bindings: first new object in all members',
    question: 'restart',
    objects: 1000,
    figure: 'releasedToMembersMs',
    limit: 2000,
    unit: 'ms',
  },
  {
    text: 'restart after SIGKILL: the same, within the lease',
    question: 'restart',
    objects: 1000,
    figure: 'killedToMembersMs',
    limit: LEASE_MS,
    unit: 'ms',
  },
  {
    text: 'restart: writes for what is unchanged',
    question: 'restart',
    figure: ({ ours }) => sumOf(ours('unchangedHostWrites'), ours('unchangedMemberWrites')),
    limit: 0,
    bound: 'most',
    unit: '',
  },
  {
    text: 'idle: requests a second to the host',
    question: 'idle',
    figure: 'hostOwnRequestsPerSecond',
    limit: 0.3,
    unit: '',
  },
  {
    text: 'idle: requests a second to each member',
    question: 'idle',
    figure: 'memberOwnRequestsPerSecond',
    limit: 0.3,
    unit: '',
  },
  {
    text: 'idle: share of one core',
    question: 'idle',
    figure: ({ ours }) => percentOf(ours('cpuSeconds'), SECONDS_A_MINUTE),
    limit: 1,
    unit: '%',
  },
  {
    text: 'a replica is killed: others have its members within a second of the end of its lease, the slower of 2 and 4 replicas',
    question: 'replicas',
    figure: ({ ours }) => slower(ours('of2TakeoverSeconds'), ours('of4TakeoverSeconds')),
    limit: TAKEOVER_MS / 1000,
    unit: 's',
  },
  {
    text: 'the leader of several is killed: others have its members within a second of the end of its lease, the slower of 2 and 4 replicas',
    question: 'replicas',
    figure: ({ ours }) => slower(ours('of2LeaderTakeoverSeconds'), ours('of4LeaderTakeoverSeconds')),
    limit: TAKEOVER_MS / 1000,
    unit: 's',
  },
  {
    text: 'a member is ill: p95 to the others, against that with all well, at worst',
    question: 'neighbours',
    figure: worstNeighbour,
    limit: 1.2,
    bound: 'most',
    unit: '',
  },
  { text: 'idle: memory of the operator', question: 'idle', figure: 'rssMiB', limit: 130, unit: 'MiB' },
  {
    text: '10,000 templates in 10 members: memory of the operator',
    ...{ question: 'scale-templates', objects: 10_000 },
    figure: 'at10000PeakRssMiB',
    limit: 600,
    unit: 'MiB',
  },
  ...STRAIGHT,
  { text: 'start with 5000 Deployments in 3 members: ready', ...START, figure: 'readySeconds', limit: 20, unit: 's' },
  { text: 'the same, until each object is compared', ...START, figure: 'comparedSeconds', limit: 20, unit: 's' },
  { text: 'start with 5000 Deployments: memory', ...START, figure: 'peakRssMiB', limit: 600, unit: 'MiB' },
]

function slower(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : Math.max(a, b)
}

function worstNeighbour({ ours }: Answer): number | undefined {
  const ratios = AILMENTS.flatMap(name => ours(`${name}P95Ratio`) ?? [])
  return ratios.length === AILMENTS.length ? Math.max(...ratios) : undefined
}

function percentOf(part: number | undefined, whole: number | undefined): number | undefined {
  const share = divided(part, whole)
  return share === undefined ? undefined : share * 100
}

function sumOf(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a + b
}

function divided(value: number | undefined, by: number | undefined): number | undefined {
  return value === undefined || by === undefined || by === 0 ? undefined : value / by
}

export type Verdict = 'yes' | 'no' | 'not measured'

/** Of one aim. */
export interface Judgement {
  readonly aim: Aim
  readonly measured: number | undefined
  readonly verdict: Verdict
}

const KEPT: Readonly<Record<NonNullable<Aim['bound']>, (measured: number, limit: number) => boolean>> = {
  under: (measured, limit) => measured < limit,
  most: (measured, limit) => measured <= limit,
  least: (measured, limit) => measured >= limit,
}

/** @returns what the medians say. */
export function judge(aim: Aim, answer: Answer | undefined): Judgement {
  const { figure, limit, bound = 'under' } = aim
  const measured = answer && (typeof figure === 'string' ? answer.ours(figure) : figure(answer))
  if (measured === undefined) return { aim, measured, verdict: 'not measured' }
  return { aim, measured, verdict: KEPT[bound](measured, limit) ? 'yes' : 'no' }
}

/** @returns how to look up medians. */
export function answerOf(ours: ReadonlyMap<string, Spread>, bare: ReadonlyMap<string, Spread>): Answer {
  return { ours: name => ours.get(name)?.median, bare: name => bare.get(name)?.median }
}
