import { describe, expect, it } from '@jest/globals'
import { type HealthInput, type ProbeOutcome, readinessOf, settleHealth } from './health.ts'

const up = readinessOf({ type: 'answered', statusCode: 200 })
const down = readinessOf({ type: 'offline' })
const thresholds = { failureThresholdMs: 30_000, successThresholdMs: 20_000 }

// spec/behaviour/clusters.md §2
describe('readinessOf', () => {
  it.each<{ outcome: ProbeOutcome; want: string }>([
    { outcome: { type: 'answered', statusCode: 200 }, want: 'True/ClusterReady' },
    { outcome: { type: 'answered', statusCode: 204 }, want: 'False/ClusterNotReady' },
    { outcome: { type: 'answered', statusCode: 302 }, want: 'False/ClusterNotReady' },
    { outcome: { type: 'answered', statusCode: 401 }, want: 'False/ClusterNotReachable' },
    { outcome: { type: 'answered', statusCode: 500 }, want: 'False/ClusterNotReachable' },
    { outcome: { type: 'offline' }, want: 'False/ClusterNotReachable' },
    { outcome: { type: 'refused', message: 'm' }, want: 'False/StatusCollectionFailed' },
  ])('$outcome is $want', ({ outcome, want }) => {
    const { status, reason } = readinessOf(outcome)
    expect(`${status}/${reason}`).toBe(want)
  })
})

describe('settleHealth', () => {
  const base: HealthInput = { reported: up, observed: down, memory: undefined, nowMs: 100_000, thresholds }
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
    const other = readinessOf({ type: 'answered', statusCode: 204 })
    const settled = settleHealth({ ...base, reported: down, observed: other, memory: { status: 'False', sinceMs: 0 } })
    expect(settled.ready).toEqual(other)
  })
})
