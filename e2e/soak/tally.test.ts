import { expect, it } from '@jest/globals'
import { type QuietPhase, tally } from './tally.ts'

const drop = { do: 'drop', group: 'g' } as const
const plain = { do: 'plain', group: 'g' } as const
const MEMORY = { 'operator-1': { heapMiB: 40, rssMiB: 150 } }

const phase = (more: Partial<QuietPhase>): QuietPhase => ({
  ...{ seed: 2, faults: ['a'], steps: [], phaseMs: 100, settledMs: 50, leader: 'operator-1' },
  ...{ counted: { brokenWatches: 0, revivals: 0 } },
  ...more,
})

it('counts phases, steps, faults and what they did of each seed', () => {
  const rows = tally(
    [
      phase({ faults: ['b', 'a'], steps: [drop, plain], phaseMs: 300.4, counted: { brokenWatches: 1, revivals: 0 } }),
      phase({ seed: 1, phaseMs: 50, leader: 'operator-3' }),
      phase({ steps: [drop], settledMs: 9.6, leader: 'operator-2', counted: { brokenWatches: 2, revivals: 1 } }),
      phase({ phaseMs: 500, settledMs: 400, leader: 'operator-2', counted: { brokenWatches: 0, revivals: 1 } }),
    ],
    new Map([[2, MEMORY]]),
  )
  expect(rows).toEqual([
    {
      ...{ seed: 1, phases: 1, steps: 0, faults: { a: 1 }, actions: {}, memory: {} },
      ...{ medianPhaseMs: 50, longestPhaseMs: 50, medianSettledMs: 50, longestSettledMs: 50 },
      ...{ takeovers: 0, brokenWatches: 0, revivals: 0 },
    },
    {
      ...{ seed: 2, phases: 3, steps: 3, faults: { a: 3, b: 1 }, actions: { drop: 2, plain: 1 }, memory: MEMORY },
      ...{ medianPhaseMs: 300, longestPhaseMs: 500, medianSettledMs: 50, longestSettledMs: 400 },
      ...{ takeovers: 1, brokenWatches: 3, revivals: 2 },
    },
  ])
})

it('has nothing to say of nothing', () => {
  expect(tally([], new Map())).toEqual([])
})
