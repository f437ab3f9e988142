import { describe, expect, it } from '@jest/globals'
import { type Condition, findCondition, isConditionTrue, removeCondition, setCondition } from './condition.ts'

const EARLIER = '2026-01-01T00:00:00Z'
const NOW = '2026-01-02T00:00:00Z'
const applied: Condition = {
  type: 'Applied',
  status: 'True',
  reason: 'AppliedSuccessful',
  message: 'ok',
  lastTransitionTime: EARLIER,
  observedGeneration: 1,
}
const ready: Condition = { type: 'Ready', status: 'True', reason: 'Up', message: '', lastTransitionTime: EARLIER }
const { lastTransitionTime: _time, ...desired } = applied

describe('setCondition', () => {
  it('adds a new type at the end with the time of now', () => {
    expect(setCondition([ready], desired, NOW)).toEqual([ready, { ...applied, lastTransitionTime: NOW }])
  })
  it('starts a list where there is none', () => {
    expect(setCondition(undefined, desired, NOW)).toEqual([{ ...applied, lastTransitionTime: NOW }])
  })
  it('returns the same list when nothing changes', () => {
    const list = [applied, ready]
    expect(setCondition(list, desired, NOW)).toBe(list)
  })
  it('keeps the transition time when only the message changes', () => {
    expect(setCondition([applied, ready], { ...desired, message: 'still' }, NOW)).toEqual([
      { ...applied, message: 'still' },
      ready,
    ])
  })
  it('keeps the transition time when only the observed generation changes', () => {
    expect(setCondition([applied], { ...desired, observedGeneration: 2 }, NOW)).toEqual([
      { ...applied, observedGeneration: 2 },
    ])
  })
  it('takes the time of now when the status changes', () => {
    expect(setCondition([applied], { ...desired, status: 'False' }, NOW)).toEqual([
      { ...applied, status: 'False', lastTransitionTime: NOW },
    ])
  })
  it('shows what cannot be read in a message, and ends it where nobody reads on', () => {
    const [condition] = setCondition([], { ...desired, message: `kind \r\n\u202e${'x'.repeat(9000)}` }, NOW)
    expect(condition?.message).toMatch(/^kind \\r\\n\\u202ex+…$/)
    expect(condition?.message).toHaveLength(4096)
  })
  it('returns the same list for words that were made readable', () => {
    const quoting = { ...desired, message: 'kind \u0007\ud83d' }
    const list = setCondition([], quoting, NOW)
    expect(setCondition(list, quoting, NOW)).toBe(list)
  })
  it('drops an observed generation that is no longer stated', () => {
    const { observedGeneration: _generation, ...bare } = desired
    expect(setCondition([applied], bare, NOW)[0]).not.toHaveProperty('observedGeneration')
  })
})

describe('removeCondition', () => {
  it('takes a type out', () => expect(removeCondition([applied, ready], 'Applied')).toEqual([ready]))
  it('returns the same list when the type is not there', () => {
    const list = [ready]
    expect(removeCondition(list, 'Applied')).toBe(list)
  })
})

describe('findCondition, isConditionTrue', () => {
  it('find by type', () => expect(findCondition([applied, ready], 'Ready')).toBe(ready))
  it('an absent condition is not true', () => expect(isConditionTrue(undefined, 'Ready')).toBe(false))
  it('Unknown is not true', () => expect(isConditionTrue([{ ...ready, status: 'Unknown' }], 'Ready')).toBe(false))
})
