import { expect, it } from '@jest/globals'
import { newRandom } from './random.ts'
import { nextPhase, startOf, type Walk } from './walk.ts'
import { after } from './world.ts'

it('takes policies away whose templates live on, and labels off objects, each as the first thing of a phase', () => {
  const random = newRandom(1)
  let walk: Pick<Walk, 'world' | 'history'> = startOf(['a', 'b', 'c'])
  const places: number[] = []
  const disowned: number[] = []
  let adrift = 0
  for (let count = 0; count < 200; count++) {
    const phase = nextPhase(walk, random)
    places.push(...phase.steps.flatMap((step, index) => (step.do === 'withdraw' ? [index] : [])))
    disowned.push(
      ...phase.steps.flatMap((step, index) => (step.do === 'meddle' && step.how === 'disown' ? [index] : [])),
    )
    walk = { world: phase.steps.reduce(after, walk.world), history: [...walk.history, phase] }
    adrift = Math.max(adrift, walk.world.adrift.size)
  }
  expect(places.length).toBeGreaterThan(10)
  expect(new Set(places)).toEqual(new Set([0]))
  expect(disowned.length).toBeGreaterThan(5)
  expect(new Set(disowned)).toEqual(new Set([0]))
  expect(adrift).toBeGreaterThan(1)
})
