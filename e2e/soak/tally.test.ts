import { expect, it } from '@jest/globals'
import { tally } from './tally.ts'

const drop = { do: 'drop', group: 'g' } as const
const plain = { do: 'plain', group: 'g' } as const

it('counts phases, steps, faults and what they did of each seed', () => {
  const rows = tally([
    { seed: 2, faults: ['b', 'a'], steps: [drop, plain], phaseMs: 300.4, leader: 'a', counted: { brokenWatches: 1 } },
    { seed: 1, faults: ['a'], steps: [], phaseMs: 50, leader: 'a', counted: { brokenWatches: 0 } },
    { seed: 2, faults: ['a'], steps: [drop], phaseMs: 100, leader: 'b', counted: { brokenWatches: 2 } },
    { seed: 2, faults: ['a'], steps: [], phaseMs: 500, leader: 'b', counted: { brokenWatches: 0 } },
  ])
  expect(rows).toEqual([
    { seed: 1, phases: 1, steps: 0, medianPhaseMs: 50, takeovers: 0, brokenWatches: 0, faults: { a: 1 }, actions: {} },
    {
      ...{ seed: 2, phases: 3, steps: 3, medianPhaseMs: 300, takeovers: 1, brokenWatches: 3 },
      ...{ faults: { a: 3, b: 1 }, actions: { drop: 2, plain: 1 } },
    },
  ])
})

it('has nothing to say of nothing', () => {
  expect(tally([])).toEqual([])
})
