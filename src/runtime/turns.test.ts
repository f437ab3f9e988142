import { expect, it } from '@jest/globals'
import { Turns } from './turns.ts'

const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

it('are shared by all queues, and who had to stop goes on in turn', async () => {
  let nowMs = 0
  const turns = new Turns({ monotonicMs: () => nowMs })
  const taken: string[] = []
  const left = { a: 3, b: 3, c: 3 }
  const pump = (name: keyof typeof left): void => {
    while (left[name] > 0 && !turns.isOver(resumes[name], false)) {
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
  expect(turns.isOver(() => {}, false)).toBe(false)
  const before = looks
  for (let times = 0; times < 10; times++) await turn()
  expect(looks).toBe(before)
})

it('are first those of queues with something urgent, and each eleventh is not', async () => {
  let nowMs = 0
  const turns = new Turns({ monotonicMs: () => nowMs })
  const taken: string[] = []
  const left = { standing: 4, urgent: 24 }
  const pump = (name: keyof typeof left): void => {
    while (left[name] > 0 && !turns.isOver(resumes[name], name === 'urgent')) {
      turns.begin()
      left[name]--
      // A turn of its own.
      nowMs += 5
      taken.push(name[0] ?? '')
    }
  }
  const resumes = { standing: () => pump('standing'), urgent: () => pump('urgent') }
  for (const resume of Object.values(resumes)) resume()
  for (let looks = 0; looks < 40; looks++) await turn()
  expect(taken.join('')).toBe(`s${'u'.repeat(10)}s${'u'.repeat(10)}suuuus`)
})

it('come to a queue sooner when something urgent is added to it', async () => {
  let nowMs = 0
  const turns = new Turns({ monotonicMs: () => nowMs })
  turns.begin()
  nowMs += 5
  const resumed: string[] = []
  const resumes = ['a', 'b', 'c'].map(name => () => void resumed.push(name))
  for (const resume of resumes) expect(turns.isOver(resume, false)).toBe(true)
  expect(turns.isOver(resumes[2] ?? (() => {}), true)).toBe(true)
  await turn()
  expect(resumed).toEqual(['c', 'a', 'b'])
})
