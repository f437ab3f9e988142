import { describe, expect, it } from '@jest/globals'
import { CONNECTED } from './diagnosis.ts'
import { countsAtOnce, type HealthInput, nextLookInMs, type ProbeOutcome, readinessOf, settleHealth } from './health.ts'

const why = { status: 'False', reason: 'R', message: 'm' } as const
const up = readinessOf({ type: 'answered', statusCode: 200 }, CONNECTED)
const down = readinessOf({ type: 'offline' }, why)
const thresholds = { failureThresholdMs: 30_000, successThresholdMs: 20_000 }

// spec/behaviour/clusters.md §2
describe('readinessOf', () => {
  it.each<{ outcome: ProbeOutcome; want: string; message: string; atOnce?: boolean }>([
    {
      outcome: { type: 'answered', statusCode: 200 },
      want: 'True/ClusterReady',
      message: 'cluster is healthy and ready to accept workloads',
    },
    {
      outcome: { type: 'answered', statusCode: 204 },
      want: 'False/ClusterNotReady',
      message: 'cluster is reachable but health endpoint responded without ok',
    },
    {
      outcome: { type: 'answered', statusCode: 401 },
      want: 'False/ClusterNotReachable',
      message: 'cluster is not reachable: m',
    },
    {
      outcome: { type: 'answered', statusCode: 500 },
      want: 'False/ClusterNotReachable',
      message: 'cluster is not reachable: m',
    },
    { outcome: { type: 'offline' }, want: 'False/ClusterNotReachable', message: 'cluster is not reachable: m' },
    { outcome: { type: 'denied' }, want: 'False/StatusCollectionFailed', message: 'm' },
    { outcome: { type: 'unconnected' }, want: 'False/StatusCollectionFailed', message: 'm', atOnce: true },
    { outcome: { type: 'refused' }, want: 'False/R', message: 'm', atOnce: true },
  ])('$outcome is $want', ({ outcome, want, message, atOnce = false }) => {
    const ready = readinessOf(outcome, why)
    expect([`${ready.status}/${ready.reason}`, ready.message]).toEqual([want, message])
    expect(countsAtOnce(outcome)).toBe(atOnce)
  })
})

describe('settleHealth', () => {
  const base: HealthInput = {
    reported: up,
    observed: down,
    memory: undefined,
    beganMs: 100_000,
    nowMs: 100_000,
    thresholds,
  }
  it.each<{ name: string; input: Partial<HealthInput>; ready: string; sinceMs: number }>([
    { name: 'the first probe of a connection counts at once', input: {}, ready: 'False', sinceMs: 100_000 },
    {
      name: 'without a reported condition every probe counts',
      input: { reported: undefined, memory: { status: 'True', sinceMs: 99_000 } },
      ready: 'False',
      sinceMs: 100_000,
    },
    {
      name: 'a first failure is held back',
      input: { memory: { status: 'True', sinceMs: 0 } },
      ready: 'True',
      sinceMs: 100_000,
    },
    {
      name: 'a failure that lasts just too short is held back',
      input: { memory: { status: 'False', sinceMs: 70_001 } },
      ready: 'True',
      sinceMs: 70_001,
    },
    {
      name: 'a failure that persists counts',
      input: { memory: { status: 'False', sinceMs: 70_000 } },
      ready: 'False',
      sinceMs: 70_000,
    },
    {
      name: 'a recovery is held back',
      input: { reported: down, observed: up, memory: { status: 'True', sinceMs: 80_001 } },
      ready: 'False',
      sinceMs: 80_001,
    },
    {
      name: 'a recovery that persists counts',
      input: { reported: down, observed: up, memory: { status: 'True', sinceMs: 80_000 } },
      ready: 'True',
      sinceMs: 80_000,
    },
    {
      name: 'an interruption starts the wait again',
      input: { reported: down, observed: up, memory: { status: 'False', sinceMs: 0 } },
      ready: 'False',
      sinceMs: 100_000,
    },
  ])('$name', ({ input, ready, sinceMs }) => {
    const settled = settleHealth({ ...base, ...input })
    expect([settled.ready.status, settled.memory.sinceMs]).toEqual([ready, sinceMs])
  })

  it('another reason for the same status counts at once', () => {
    const other = readinessOf({ type: 'answered', statusCode: 204 }, why)
    const settled = settleHealth({ ...base, reported: down, observed: other, memory: { status: 'False', sinceMs: 0 } })
    expect(settled.ready).toEqual(other)
  })
})

describe('a member that comes and goes', () => {
  /** One look each 10 seconds: `u`p or `d`own. @returns how often the condition flipped, and what it is in the end. */
  const follow = (looks: string): { readonly status: string; readonly flips: number } => {
    let state: Pick<HealthInput, 'reported' | 'memory'> = { reported: up, memory: { status: 'True', sinceMs: 0 } }
    let flips = 0
    for (const [index, char] of [...looks].entries()) {
      const observed = char === 'u' ? up : down
      const { ready, memory } = settleHealth({
        ...state,
        observed,
        beganMs: index * 10_000,
        nowMs: index * 10_000,
        thresholds,
      })
      if (ready.status !== state.reported?.status) flips++
      state = { reported: ready, memory }
    }
    return { status: state.reported?.status ?? '', flips }
  }

  it.each([
    { name: 'at every look', looks: 'ududududududududud', want: 'True', flips: 0 },
    { name: 'with two failures of three', looks: 'dduddudduddudduddu', want: 'True', flips: 0 },
    {
      name: 'down just shorter than the threshold, again and again',
      looks: 'dddudddudddudddu',
      want: 'True',
      flips: 0,
    },
    { name: 'down for the threshold, once', looks: 'uddddu', want: 'False', flips: 1 },
    { name: 'down for long, then back for good', looks: 'dddddduuu', want: 'True', flips: 2 },
    { name: 'down for long, then back for moments only', looks: 'dddddduuduudu', want: 'False', flips: 1 },
  ])('$name', ({ looks, want, flips }) => expect(follow(looks)).toEqual({ status: want, flips }))
})

describe('a look that hangs', () => {
  const lookMs = 5_000
  const hung: HealthInput = {
    ...{ reported: up, observed: down, thresholds, memory: { status: 'True', sinceMs: 0 } },
    ...{ beganMs: 95_000, nowMs: 100_000 },
  }

  it('has seen the member fail from its beginning on', () => {
    const { memory, dueInMs } = settleHealth(hung)
    expect([memory.sinceMs, dueInMs]).toEqual([95_000, 25_000])
  })

  it('speaks for health only from its end on', () => {
    const well = settleHealth({ ...hung, reported: down, observed: up, memory: { status: 'False', sinceMs: 0 } })
    expect(well.memory.sinceMs).toBe(100_000)
  })

  it('is followed by looks of which the last ends when the flip is due, and no later', () => {
    let { memory, ready, dueInMs } = settleHealth(hung)
    let nowMs = hung.nowMs
    while (ready.status === 'True') {
      const beganMs = nowMs + nextLookInMs(dueInMs, { intervalMs: 10_000, lookMs })
      nowMs = beganMs + lookMs
      ;({ memory, ready, dueInMs } = settleHealth({ ...hung, memory, beganMs, nowMs }))
    }
    expect(nowMs - hung.beganMs - thresholds.failureThresholdMs).toBeLessThan(100)
  })
})

it.each([
  { name: 'nothing is due', dueInMs: undefined, lookMs: 5, want: 10_000 },
  { name: 'it is due much later', dueInMs: 25_000, lookMs: 5_000, want: 10_000 },
  { name: 'a look that hangs has to begin before', dueInMs: 12_000, lookMs: 5_000, want: 7_020 },
  { name: 'at once, when such a look would end too late', dueInMs: 4_000, lookMs: 5_000, want: 20 },
  { name: 'one that is refused may begin then', dueInMs: 4_000, lookMs: 1, want: 4_019 },
])('looks next in time: $name', ({ dueInMs, lookMs, want }) => {
  expect(nextLookInMs(dueInMs, { intervalMs: 10_000, lookMs })).toBe(want)
})
