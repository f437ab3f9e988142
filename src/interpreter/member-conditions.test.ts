import { describe, expect, it } from '@jest/globals'
import { reports } from '../testing/frozen-object.ts'
import { mergeConditions } from './member-conditions.ts'

const OLD = '2026-01-01T00:00:00Z'
const NEW = '2026-01-02T00:00:00Z'
const saying = (type: string, status: string, message = '') => ({
  conditions: [
    {
      type,
      status,
      reason: `Is${status}`,
      message,
      lastTransitionTime: message === 'no disk' ? NEW : OLD,
      observedGeneration: 9,
    },
  ],
})

describe('a condition that every cluster must have', () => {
  it.each([
    { name: 'True everywhere', b: saying('Ready', 'True'), want: 'True' },
    { name: 'Unknown in one', b: saying('Ready', 'Unknown'), want: 'Unknown' },
    { name: 'False in one', b: saying('Ready', 'False'), want: 'False' },
    { name: 'not reported by one', b: {}, want: 'Unknown' },
    { name: 'without any status in one', b: undefined, want: 'Unknown' },
  ])('$name', ({ b, want }) =>
    expect(mergeConditions(reports({ a: saying('Ready', 'True'), b }))).toMatchObject([
      { type: 'Ready', status: want },
    ]),
  )
})

it.each([
  { b: saying('Stalled', 'False'), want: 'True' },
  { b: undefined, want: 'True' },
])('a condition of trouble is True as soon as one cluster says so', ({ b, want }) =>
  expect(mergeConditions(reports({ a: saying('Stalled', 'True'), b }), { anyOf: ['Stalled'] })).toMatchObject([
    { status: want },
  ]),
)

it('says what the decisive clusters say, with their names where they differ, and of the generation of the template', () => {
  const items = reports({
    a: saying('Ready', 'True', 'fine'),
    b: saying('Ready', 'False', 'no disk'),
    c: saying('Ready', 'False', 'no network'),
  })
  expect(mergeConditions(items, { observedGeneration: 3 })).toEqual([
    {
      type: 'Ready',
      status: 'False',
      reason: 'IsFalse',
      message: 'b: no disk; c: no network',
      lastTransitionTime: NEW,
      observedGeneration: 3,
    },
  ])
})

it('is nothing when nobody says anything', () => expect(mergeConditions(reports({ a: {}, b: undefined }))).toEqual([]))

it('has no member without a value', () => {
  const items = reports({ a: { conditions: [{ type: 'Ready', status: 'True' }] } })
  expect(mergeConditions(items)).toStrictEqual([{ type: 'Ready', status: 'True', message: '' }])
})

it('stays without a status where the kind has none', () => {
  const items = reports({ a: { conditions: [{ type: 'Waiting', reason: 'PodInitializing' }] }, b: {} })
  expect(mergeConditions(items)).toStrictEqual([{ type: 'Waiting', reason: 'PodInitializing', message: '' }])
})
