import { describe, expect, it } from '@jest/globals'
import { ANNOTATION } from '../api/names.ts'
import { a } from '../testing/builders.ts'
import { haltedCondition, haltOf, withHalt } from './eviction-halt.ts'

const halt = { reason: 'TooManyClusters', message: '2 of 3' } as const
const other = { reason: 'TooManyReplicas', message: 'all' } as const
const bearing = (text: string) => ({ metadata: { annotations: { [ANNOTATION.evictionHalted]: text } } })

describe('haltOf', () => {
  it.each(['', '{', '[]', '{"reason":"Else","message":"x"}', '{"reason":"TooManyReplicas"}'])('%j is none', text => {
    expect(haltOf(bearing(text))).toBeUndefined()
  })
  it('no annotation is none', () => expect(haltOf({ metadata: {} })).toBeUndefined())
})

describe('withHalt', () => {
  it('says what keeps it, once', () => {
    const said = withHalt(a.binding(), 'taint', halt)
    expect(haltOf(said)).toEqual(halt)
    expect(withHalt(said, 'taint', halt)).toBe(said)
  })

  it('takes back its own word only', () => {
    const binding = a.binding({ annotations: { mine: 'yes' } })
    const both = withHalt(withHalt(binding, 'taint', halt), 'application', other)
    expect(haltOf(withHalt(both, 'taint', undefined))).toEqual(other)
    expect(withHalt(withHalt(both, 'taint', undefined), 'application', undefined).metadata).toEqual(binding.metadata)
    expect(withHalt(binding, 'taint', undefined)).toBe(binding)
  })
})

it('a halt is told by a condition, and its end as well', () => {
  expect([haltedCondition(halt), haltedCondition(undefined)].map(({ status, reason }) => [status, reason])).toEqual([
    ['True', 'TooManyClusters'],
    ['False', 'NotHalted'],
  ])
})
