import { expect, it } from '@jest/globals'
import { StatusContest } from './contest.ts'

const claim = (current: object, wanted: object, nowMs: number) => ({
  key: 'k',
  uid: 'u',
  current: { ...current },
  wanted: { ...wanted },
  nowMs,
  isHosts: false,
})

/** Asks, and writes if it may. */
function attempt(contest: StatusContest, status: ReturnType<typeof claim>): boolean {
  const may = contest.mayWrite(status)
  if (may) contest.wrote(status)
  return may
}

it('a status that changes because the members change is written each time', () => {
  const contest = new StatusContest()
  for (let ready = 0; ready < 10; ready++) {
    expect(attempt(contest, claim({ ready: ready - 1 }, { ready }, ready))).toBe(true)
  }
})

it('what others add beside it is no fight', () => {
  const contest = new StatusContest()
  for (let ready = 0; ready < 10; ready++) {
    expect(attempt(contest, claim({ ready: ready - 1, conditions: [ready] }, { ready }, ready))).toBe(true)
  }
})

it('one that is written over three times is left to the other', () => {
  const contest = new StatusContest()
  const results = [0, 1, 2, 3, 4].map(nowMs => attempt(contest, claim({ ready: 0 }, { ready: 2 }, nowMs)))
  expect(results).toEqual([true, true, true, false, false])
})

it('one to which the other keeps adding what does not belong there is left to them too', () => {
  const contest = new StatusContest()
  const current = { phase: 'Bound', capacity: { storage: '1Gi' } }
  const results = [0, 1, 2, 3, 4].map(nowMs => attempt(contest, claim(current, { phase: 'Bound' }, nowMs)))
  expect(results).toEqual([true, true, true, false, false])
})

it('a write that fails is nobody’s fight', () => {
  const contest = new StatusContest()
  for (let nowMs = 0; nowMs < 10; nowMs++) {
    expect(contest.mayWrite(claim({ ready: 0 }, { ready: 2 }, nowMs))).toBe(true)
  }
})

it('nor is one that was done, and of which the answer was lost', () => {
  const contest = new StatusContest()
  for (let ready = 0; ready < 20; ready += 2) {
    expect(attempt(contest, claim({ ready: ready - 1 }, { ready }, ready))).toBe(true)
    expect(contest.mayWrite(claim({ ready }, { ready: ready + 1 }, ready))).toBe(true)
  }
})

it('nor is one whose write was tried often', () => {
  const contest = new StatusContest()
  attempt(contest, claim({}, { ready: 0 }, 0))
  for (const ready of [1, 2, 2, 2, 2, 2, 3]) expect(contest.mayWrite(claim({ ready: 0 }, { ready }, 1))).toBe(true)
  for (let nowMs = 2; nowMs < 5; nowMs++)
    expect(contest.mayWrite(claim({ ready: 1 }, { ready: 4 + nowMs }, nowMs))).toBe(true)
})

it('one that is written over is left to the other, whatever failed in between', () => {
  const contest = new StatusContest()
  const results = [0, 1, 2, 3].map(nowMs => {
    contest.mayWrite(claim({ ready: nowMs }, { ready: nowMs + 1 }, nowMs))
    return attempt(contest, claim({ ready: 'x' }, { ready: nowMs + 1 }, nowMs))
  })
  expect(results.at(-1)).toBe(false)
})

it('and tried again when nobody has done so for ten minutes', () => {
  const contest = new StatusContest()
  for (const nowMs of [0, 1, 2, 3]) attempt(contest, claim({ ready: 0 }, { ready: 2 }, nowMs))
  expect(contest.leftForMs('k', 4)).toBe(599_997)
  expect(attempt(contest, claim({ ready: 0 }, { ready: 2 }, 600_000))).toBe(false)
  expect(attempt(contest, claim({ ready: 0 }, { ready: 2 }, 600_001))).toBe(true)
})

it('a template that is gone is forgotten', () => {
  const contest = new StatusContest()
  for (const nowMs of [0, 1, 2, 3]) attempt(contest, claim({ ready: 0 }, { ready: 2 }, nowMs))
  contest.forget('k')
  expect(attempt(contest, claim({ ready: 0 }, { ready: 2 }, 5))).toBe(true)
})

it('one that a controller of the host is known to write is left to it at once', () => {
  const contest = new StatusContest()
  const results = [0, 1, 2].map(nowMs =>
    attempt(contest, { ...claim({ ready: 0 }, { ready: 2 }, nowMs), isHosts: true }),
  )
  expect(results).toEqual([true, false, false])
})
