import { expect, it } from '@jest/globals'
import { minimise, minimiseHistory } from './shrink.ts'
import type { Phase } from './walk.ts'

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_none, index) => index)

it.each<{ name: string; items: readonly number[]; needed: readonly number[]; tries: number }>([
  { name: 'one of many', items: numbers(64), needed: [37], tries: 20 },
  { name: 'the first and the last', items: numbers(16), needed: [0, 15], tries: 40 },
  { name: 'all of them', items: numbers(5), needed: numbers(5), tries: 12 },
  { name: 'nothing at all', items: numbers(8), needed: [], tries: 6 },
  { name: 'of an empty list', items: [], needed: [], tries: 0 },
])('keeps what is needed: $name', async ({ items, needed, tries }) => {
  let asked = 0
  const kept = await minimise(items, async rest => {
    asked++
    return needed.every(item => rest.includes(item))
  })
  expect(kept).toEqual(needed)
  expect(asked).toBeLessThanOrEqual(tries)
})

it('keeps the last list that led there when no more may be tried', async () => {
  let left = 3
  const kept = await minimise(numbers(64), async rest => left-- > 0 && rest.includes(63))
  expect(kept).toEqual(numbers(64).slice(56))
})

it('leaves out phases, then faults and steps of those that stay', async () => {
  const drop = (group: string) => ({ do: 'drop', group }) as const
  const history: readonly Phase[] = [
    { faults: ['a'], steps: [drop('1'), drop('2')], seed: 1 },
    { faults: ['b', 'c'], steps: [drop('3'), drop('4'), drop('5')], seed: 2 },
    { faults: ['d'], steps: [drop('6')], seed: 3 },
  ]
  const kept = await minimiseHistory(history, async phases =>
    phases.some(
      ({ faults, steps }) => faults.includes('c') && steps.some(step => step.do === 'drop' && step.group === '4'),
    ),
  )
  expect(kept).toEqual([{ faults: ['c'], steps: [drop('4')], seed: 2 }])
})
