import { expect, it } from '@jest/globals'
import { goneFrom, nextStep } from './next-step.ts'
import { newRandom } from './random.ts'
import { after, emptyWorld, isPossible, type Step, type World } from './world.ts'

const START = emptyWorld(['a', 'b', 'c'])

function walk(seed: number, length: number): { readonly steps: readonly Step[]; readonly worlds: readonly World[] } {
  const random = newRandom(seed)
  const steps: Step[] = []
  const worlds = [START]
  for (let world = START; steps.length < length; worlds.push(world)) {
    const step = nextStep(world, random, { count: steps.length, gone: goneFrom(worlds) })
    steps.push(step)
    world = after(world, step)
  }
  return { steps, worlds }
}

it('goes the same way with the same seed, and another with another', () => {
  expect(walk(7, 50).steps).toEqual(walk(7, 50).steps)
  expect(walk(7, 50).steps).not.toEqual(walk(8, 50).steps)
})

it('does everything that there is to do, and always leaves one cluster', () => {
  const { steps, worlds } = walk(1, 500)
  const done = new Set(steps.map(step => step.do))
  const all = 'cordon delete drop join leave mark meddle place plain put taint uncordon untaint'
  expect([...done].sort().join(' ')).toBe(all)
  expect(steps.filter((step, index) => !isPossible(worlds[index] ?? START, step))).toEqual([])
  const joined = worlds.map(({ clusters }) => [...clusters.values()].filter(state => state.joined).length)
  expect(Math.min(...joined)).toBe(1)
})

it('takes names again that were deleted, also for another kind, and moves templates to where a policy takes them', () => {
  const { steps, worlds } = walk(2, 1000)
  const puts = steps.flatMap((step, index) => {
    const before = worlds[index]
    if (step.do !== 'put' || before === undefined) return []
    const earlier = worlds.slice(0, index).flatMap(({ templates }) => templates.get(step.name) ?? [])
    return [{ template: step.template, before, known: before.templates.get(step.name), last: earlier.at(-1) }]
  })
  const again = puts.filter(({ known, last }) => known === undefined && last !== undefined)
  expect(again.length).toBeGreaterThan(5)
  expect(again.some(({ template, last }) => template.kind !== last?.kind)).toBe(true)
  const moved = puts.filter(({ template, known }) => known !== undefined && known.group !== template.group)
  expect(moved.length).toBeGreaterThan(2)
  expect(moved.filter(({ template, before }) => !before.policies.has(template.group))).toEqual([])
})
