import { describe, expect, it } from '@jest/globals'
import type { JsonObject } from '../object/kube-object.ts'
import { frozenObject, reports } from '../testing/frozen-object.ts'
import { job } from './kinds/job.ts'

const at = (minute: number): string => `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`
const condition = (type: string, minute: number) => ({ type, status: 'True', lastTransitionTime: at(minute) })
const complete = (start: number, end: number, more = {}) => ({
  succeeded: 1,
  startTime: at(start),
  completionTime: at(end),
  conditions: [condition('SuccessCriteriaMet', end), condition('Complete', end)],
  ...more,
})
const failed = (start: number, end: number, more = {}) => ({
  failed: 1,
  startTime: at(start),
  conditions: [condition('FailureTarget', end), condition('Failed', end)],
  ...more,
})
const aggregate = (status: JsonObject, items: Record<string, JsonObject | undefined>) =>
  job.aggregateStatus?.(frozenObject('batch/v1 Job', { status }), reports(items))['status']
const written = (type: string, minute: number, [reason, message]: readonly [string, string]) => ({
  type,
  status: 'True',
  lastProbeTime: at(minute),
  lastTransitionTime: at(minute),
  reason,
  message,
})

describe('a running Job', () => {
  it('sums the counts and starts when all clusters have started', () => {
    const items = { a: { active: 2, failed: 1, startTime: at(3) }, b: { active: 1, succeeded: 4, startTime: at(2) } }
    expect(aggregate({}, items)).toEqual({ active: 3, succeeded: 4, failed: 1, startTime: at(2) })
  })
  it('has no start while a cluster has not started', () =>
    expect(aggregate({}, { a: { active: 1, startTime: at(3) }, b: undefined })).toEqual({ active: 1 }))
  it('never moves its start, and never counts down', () => {
    const before = { startTime: at(5), succeeded: 3, failed: 2 }
    expect(aggregate(before, { a: { succeeded: 1, startTime: at(1) } })).toEqual(before)
  })
  it('is not complete while one cluster is not', () =>
    expect(aggregate({}, { a: complete(1, 2), b: { active: 1, startTime: at(1) } })).toEqual({
      active: 1,
      succeeded: 1,
      startTime: at(1),
    }))
  it('replaces the whole status', () => expect(aggregate({ ready: 4, conditions: [] }, {})).toEqual({}))
})

describe('a complete Job', () => {
  it('has both conditions, at the time when the last cluster reported, and spans all clusters', () =>
    expect(aggregate({}, { a: complete(1, 4), b: complete(2, 9) })).toEqual({
      succeeded: 2,
      startTime: at(1),
      completionTime: at(9),
      conditions: [
        written('SuccessCriteriaMet', 9, ['CompletionsReached', 'Reached expected number of succeeded pods']),
        written('Complete', 9, ['Completed', 'Job completed']),
      ],
    }))
  it('gets SuccessCriteriaMet even when old members report none: an apiserver refuses Complete without it', () => {
    const old = complete(1, 4, { conditions: [condition('Complete', 4)] })
    expect(aggregate({}, { a: old })).toMatchObject({
      conditions: [{ type: 'SuccessCriteriaMet' }, { type: 'Complete' }],
    })
  })
  it('never completes before it started', () =>
    expect(aggregate({ startTime: at(7) }, { a: complete(1, 4) })).toMatchObject({
      startTime: at(7),
      completionTime: at(7),
    }))
})

describe('a failed Job', () => {
  const message = 'Job executed failed in member clusters a,c'
  it('names the clusters, and has FailureTarget beside Failed', () =>
    expect(aggregate({}, { a: failed(1, 5), b: complete(2, 3), c: failed(2, 6) })).toEqual({
      succeeded: 1,
      failed: 2,
      startTime: at(1),
      conditions: [written('FailureTarget', 6, ['JobFailed', message]), written('Failed', 6, ['JobFailed', message])],
    }))
  it('is only failing while pods run elsewhere: an apiserver refuses a finished Job with active pods', () =>
    expect(aggregate({}, { a: failed(1, 5), b: { active: 1, startTime: at(2) } })).toMatchObject({
      active: 1,
      conditions: [{ type: 'FailureTarget' }],
    }))
  it('stays failing once it was, since FailureTarget cannot be taken back', () =>
    expect(
      aggregate({ conditions: [condition('FailureTarget', 5)], startTime: at(1) }, { b: complete(2, 3) }),
    ).toMatchObject({ conditions: [{ type: 'FailureTarget' }, { type: 'Failed' }] }))
})

it.each(['Complete', 'Failed'])('a template that is %s is left alone', type => {
  const template = frozenObject('batch/v1 Job', { status: { conditions: [condition(type, 1)], succeeded: 1 } })
  expect(job.aggregateStatus?.(template, reports({ a: failed(1, 2) }))).toBe(template)
})

it('gives the same status for the same reports', () => {
  const items = { a: { active: 2, startTime: at(3) }, b: failed(1, 2) }
  const once = aggregate({}, items)
  expect(aggregate({ ...Object(once) }, items)).toEqual(once)
})

describe('a Job that its owner suspends', () => {
  const suspended = { conditions: [condition('Suspended', 1)] }
  it('is suspended where it is in every cluster', () =>
    expect(aggregate({}, { a: suspended, b: suspended })).toEqual({
      conditions: [written('Suspended', 1, ['JobSuspended', 'Job suspended'])],
    }))
  it('is not while one cluster goes on', () =>
    expect(aggregate({}, { a: suspended, b: { active: 1, startTime: at(2) } })).toEqual({ active: 1 }))
})
