import { expect, it } from '@jest/globals'
import { nextStep } from './next-step.ts'
import { newRandom } from './random.ts'
import { after, type Step, type World } from './world.ts'

const START: World = {
  templates: new Map(),
  policies: new Map(),
  clusters: new Map(['a', 'b', 'c'].map(name => [name, { joined: true, tainted: false }])),
}

function walk(seed: number, length: number): { readonly steps: readonly Step[]; readonly worlds: readonly World[] } {
  const random = newRandom(seed)
  const steps: Step[] = []
  const worlds = [START]
  for (let world = START; steps.length < length; worlds.push(world)) {
    const step = nextStep(world, random, steps.length)
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
  expect([...done].sort()).toEqual(['delete', 'drop', 'join', 'leave', 'meddle', 'place', 'put', 'taint', 'untaint'])
  const joined = worlds.map(({ clusters }) => [...clusters.values()].filter(state => state.joined).length)
  expect(Math.min(...joined)).toBe(1)
})
