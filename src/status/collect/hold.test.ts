import { expect, it } from '@jest/globals'
import { continueHold, type Hold } from './hold.ts'

const waiting: Hold = { startMs: 1000, sinceMs: 1000, steps: 1 }

it.each([
  { name: 'begins with its whole time', known: undefined, steps: 1, nowMs: 1000, want: { ...waiting, left: 100 } },
  { name: 'runs out while nothing moves', known: waiting, steps: 1, nowMs: 1060, want: { ...waiting, left: 40 } },
  { name: 'is over', known: waiting, steps: 1, nowMs: 1100, want: { ...waiting, left: 0 } },
  {
    name: 'begins anew with a step forward',
    known: waiting,
    steps: 2,
    nowMs: 1060,
    want: { startMs: 1000, sinceMs: 1060, steps: 2, left: 100 },
  },
  {
    name: 'never lasts longer than three times its length in all',
    known: { startMs: 1000, sinceMs: 1240, steps: 2 },
    steps: 3,
    nowMs: 1270,
    want: { startMs: 1000, sinceMs: 1270, steps: 3, left: 30 },
  },
  {
    name: 'lasts while each member that is waited for takes on others',
    known: { startMs: 1000, sinceMs: 1100, steps: 2 },
    steps: 2,
    nowMs: 1400,
    movedMs: [1390, 1350],
    want: { startMs: 1000, sinceMs: 1100, steps: 2, left: 50 },
  },
  {
    name: 'lasts on when a step is the last thing that was seen',
    known: { startMs: 1000, sinceMs: 1290, steps: 1 },
    steps: 2,
    nowMs: 1400,
    movedMs: [1390],
    want: { startMs: 1000, sinceMs: 1400, steps: 2, left: 100 },
  },
  {
    name: 'does not last for a member that takes on nothing',
    known: waiting,
    steps: 1,
    nowMs: 1200,
    movedMs: [1190, undefined],
    want: { ...waiting, left: -100 },
  },
  {
    name: 'never lasts longer than thirty times its length for those that take on others',
    known: waiting,
    steps: 1,
    nowMs: 3990,
    movedMs: [3980],
    want: { ...waiting, left: 10 },
  },
])('a hold $name', ({ known, steps, nowMs, movedMs = [undefined], want }) => {
  const { hold, remainingMs } = continueHold(known, { steps, nowMs, holdMs: 100, movedMs })
  expect({ ...hold, left: remainingMs }).toEqual(want)
})
