import { expect, it } from '@jest/globals'
import { newFakeClock } from '../../testing/fake-clock.ts'
import { newPace } from './pace.ts'

it('the first goes at once, the others one after the other', async () => {
  const clock = newFakeClock()
  const pace = newPace(clock, 10)
  expect(['a', 'b', 'c'].map(key => pace.waitMs(key))).toEqual([0, 100, 200])
  expect(pace.waiting).toBe(2)
  // Asked again, each has the turn that it got.
  expect(['c', 'b'].map(key => pace.waitMs(key))).toEqual([200, 100])
  await clock.advance(100)
  expect(['b', 'c'].map(key => pace.waitMs(key))).toEqual([0, 100])
  pace.cancel('c')
  expect(pace.waiting).toBe(0)
})

it('nobody pays for those that went long ago', async () => {
  const clock = newFakeClock()
  const pace = newPace(clock, 1)
  expect(pace.waitMs('a')).toBe(0)
  await clock.advance(5_000)
  expect(pace.waitMs('b')).toBe(0)
})

it('0 a second is a stop', () => expect(newPace(newFakeClock(), 0).waitMs('a')).toBeUndefined())
