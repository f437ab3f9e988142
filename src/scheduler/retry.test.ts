import { expect, it } from '@jest/globals'
import { retryAfterMs } from './retry.ts'

const times = { unschedulableMs: 60_000, failedMs: 10_000 }

// spec/behaviour/scheduling.md §2
it.each([
  { name: 'no cluster fits: nothing but a change helps', reason: 'NoClusterFit', lastedMs: 0, want: undefined },
  { name: 'too little room', reason: 'Unschedulable', lastedMs: 1, want: 60_000 },
  { name: 'the first failure', reason: 'SchedulerError', lastedMs: 0, want: 1_000 },
  { name: 'twice as long each time', reason: 'SchedulerError', lastedMs: 4_000, want: 4_000 },
  { name: 'at most the limit', reason: 'SchedulerError', lastedMs: 16_000, want: 10_000 },
] as const)('$name', ({ reason, lastedMs, want }) => expect(retryAfterMs(reason, lastedMs, times)).toBe(want))

it('a limit below a second holds', () => {
  expect(retryAfterMs('SchedulerError', 0, { ...times, failedMs: 100 })).toBe(100)
})
