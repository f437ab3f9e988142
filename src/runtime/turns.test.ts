import { expect, it } from '@jest/globals'
import { Turns } from './turns.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

it('are shared by all queues, and who had to stop goes on in turn', async () => {
  let nowMs = 0
  const turns = new Turns({ monotonicMs: () => nowMs })
  const taken: string[] = []
  const left = { a: 3, b: 3, c: 3 }
  const pump = (name: keyof typeof left): void => {
    while (left[name] > 0 && !turns.isOver(resumes[name])) {
      turns.begin()
      left[name]--
      nowMs += 3
      taken.push(name)
    }
  }
  const resumes = { a: () => pump('a'), b: () => pump('b'), c: () => pump('c') }
  for (const resume of Object.values(resumes)) resume()
  for (let looks = 0; looks < 10; looks++) await turn()
  // Two things of 3 ms are a turn.
  expect(taken.join('')).toBe('aaabccbbc')
})

it('begin only when something is taken', async () => {
  let looks = 0
  const turns = new Turns({ monotonicMs: () => looks++ })
  expect(turns.isOver(() => {})).toBe(false)
  const before = looks
  for (let times = 0; times < 10; times++) await turn()
  expect(looks).toBe(before)
})
