import { describe, expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { job } from './job.ts'

const object = (fields = {}) => frozenObject('batch/v1 Job', fields)

describe('replicas of a Job (status.md §5)', () => {
  it.each([
    { name: 'parallelism', spec: { parallelism: 3 }, want: 3 },
    { name: 'no more than completions', spec: { parallelism: 3, completions: 2 }, want: 2 },
    { name: 'parallelism when more completions are wanted', spec: { parallelism: 3, completions: 9 }, want: 3 },
    { name: '0 when none is given', spec: {}, want: 0 },
  ])('$name', ({ spec, want }) => expect(job.getReplicas?.(object({ spec }))).toEqual({ replicas: want }))

  it('are revised in spec.parallelism', () =>
    expect(job.reviseReplicas?.(object({ spec: { parallelism: 3 } }), 1)['spec']).toEqual({ parallelism: 1 }))
  it('are not put where there are none', () => {
    const without = object({ spec: {} })
    expect(job.reviseReplicas?.(without, 1)).toBe(without)
  })
})

it('retains selector and pod labels, which the member has generated', () => {
  const desired = object({ spec: { template: { metadata: { labels: { app: 'x' } }, spec: {} } } })
  const labels = { app: 'x', 'controller-uid': 'u' }
  const observed = object({
    spec: { selector: { matchLabels: { 'controller-uid': 'u' } }, template: { metadata: { labels } } },
  })
  expect(job.retain?.(desired, observed)['spec']).toEqual({
    selector: { matchLabels: { 'controller-uid': 'u' } },
    template: { metadata: { labels }, spec: {} },
  })
})

it('reflects counts, conditions and times only', () => {
  const kept = { succeeded: 2, conditions: [{ type: 'Complete' }], startTime: 'a', completionTime: 'b' }
  const status = { ...kept, active: 0, ready: 0, uncountedTerminatedPods: {} }
  expect(job.reflectStatus?.(object({ status }))).toEqual(kept)
  expect(job.reflectStatus?.(object())).toBeUndefined()
})

it('reflects no count that is zero, and no empty list of conditions', () => {
  const status = { active: 0, succeeded: 0, failed: 0, conditions: [], startTime: 'a' }
  expect(job.reflectStatus?.(object({ status }))).toEqual({ startTime: 'a' })
  expect(job.reflectStatus?.(object({ status: {} }))).toEqual({})
})

it('retains nothing where the member has generated nothing', () => {
  const desired = object({ spec: { template: { spec: {} } } })
  expect(job.retain?.(desired, object({ spec: {} }))).toBe(desired)
})

it('is always healthy', () => expect(job.isHealthy).toBeUndefined())
