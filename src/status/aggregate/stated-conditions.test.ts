import { describe, expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { type Stated, stateConditions } from './stated-conditions.ts'

const EARLIER = '2026-01-01T00:00:00Z'
const NOW = '2026-01-01T01:00:00Z'
const fine: Stated = { type: 'Fine', status: 'True', reason: 'So', message: 'all' }
const at = (lastTransitionTime: string, more: object = {}) => ({ ...fine, ...more, lastTransitionTime })
const theirs = { type: 'Theirs', status: 'True' }

describe('stated conditions', () => {
  it.each([
    { name: 'come at the end', before: [theirs], stated: [fine], want: [theirs, at(NOW)] },
    { name: 'stay where they are', before: [at(EARLIER), theirs], stated: [fine], want: [at(EARLIER), theirs] },
    {
      name: 'keep the time of their transition when only the words change',
      ...{ before: [at(EARLIER, { message: 'most' })], stated: [fine], want: [at(EARLIER)] },
    },
    { name: 'turn now', before: [at(EARLIER, { status: 'False' })], stated: [fine], want: [at(NOW)] },
    { name: 'go when they are not stated', before: [at(EARLIER), theirs], stated: [], want: [theirs] },
  ])('$name', ({ before, stated, want }) => {
    const template = frozenObject('apps/v1 DaemonSet', { status: { conditions: before } })
    expect(stateConditions(template, { owned: ['Fine'], stated, now: NOW })).toEqual(want)
  })

  it('tell when they were written where the kind does', () => {
    const template = frozenObject('apps/v1 Deployment')
    const options = { owned: ['Fine'], stated: [fine], now: NOW, hasUpdateTime: true }
    expect(stateConditions(template, options)).toEqual([at(NOW, { lastUpdateTime: NOW })])
  })
})
