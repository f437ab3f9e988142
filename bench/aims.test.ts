import { describe, expect, it } from '@jest/globals'
import { AIMS, type Aim, answerOf, judge } from './aims.ts'
import { spreadOf } from './results.ts'

const aim: Aim = { text: 'x', question: 'burst', figure: 'cpuSeconds', limit: 10, unit: 's' }
const answer = (ours: Readonly<Record<string, number>>, bare: Readonly<Record<string, number>> = {}) =>
  answerOf(spreadOf([ours]), spreadOf([bare]))
const aimOf = (text: string): Aim => AIMS.find(each => each.text === text) ?? aim

describe('an aim', () => {
  it.each([
    { name: 'is met below the limit', value: 9.99, bound: 'under', want: 'yes' },
    { name: 'is not met at a limit to stay under', value: 10, bound: 'under', want: 'no' },
    { name: 'is met at a limit that may be reached', value: 10, bound: 'most', want: 'yes' },
    { name: 'is not met above it', value: 10.1, bound: 'most', want: 'no' },
    { name: 'is met from the least on', value: 10, bound: 'least', want: 'yes' },
    { name: 'is not met below the least', value: 9, bound: 'least', want: 'no' },
  ] as const)('$name', ({ value, bound, want }) => {
    expect(judge({ ...aim, bound }, answer({ cpuSeconds: value }))).toMatchObject({ measured: value, verdict: want })
  })

  it('is not measured without results, or without its figure', () => {
    expect(judge(aim, undefined).verdict).toBe('not measured')
    expect(judge(aim, answer({ peakRssMiB: 1 })).verdict).toBe('not measured')
  })

  it('may follow from the bare loop: half of its rate is half', () => {
    const rate = aimOf('burst of 1000 × 3: share of the rate of the bare loop')
    expect(judge(rate, answer({ toMembersSeconds: 20 }, { toMembersSeconds: 10 }))).toMatchObject({
      measured: 50,
      verdict: 'no',
    })
    expect(judge(rate, answer({ toMembersSeconds: 20 })).verdict).toBe('not measured')
  })
})
