import { describe, expect, it } from '@jest/globals'
import {
  formatLabelSelector,
  type LabelSelector,
  labelMatcher,
  matchesExpressions,
  matchesLabelSelector,
} from './selector.ts'

const LABELS = { app: 'web', tier: 'front', weight: '10' }
const withExpression = (operator: string, key: string, values?: string[]): LabelSelector => ({
  matchExpressions: [values === undefined ? { key, operator } : { key, operator, values }],
})

describe('matchesLabelSelector', () => {
  it.each<{ name: string; selector: LabelSelector; want: boolean }>([
    { name: 'an empty selector matches everything', selector: {}, want: true },
    { name: 'all matchLabels must be equal', selector: { matchLabels: { app: 'web', tier: 'front' } }, want: true },
    {
      name: 'one unequal label is enough to fail',
      selector: { matchLabels: { app: 'web', tier: 'back' } },
      want: false,
    },
    { name: 'In takes any of the values', selector: withExpression('In', 'app', ['db', 'web']), want: true },
    { name: 'In needs the label', selector: withExpression('In', 'zone', ['a']), want: false },
    { name: 'In without values is invalid', selector: withExpression('In', 'app'), want: false },
    { name: 'NotIn passes without the label', selector: withExpression('NotIn', 'zone', ['a']), want: true },
    { name: 'NotIn fails with a listed value', selector: withExpression('NotIn', 'app', ['web']), want: false },
    { name: 'NotIn without values is invalid', selector: withExpression('NotIn', 'zone', []), want: false },
    {
      name: 'NotIn with an impossible value is invalid',
      selector: withExpression('NotIn', 'zone', ['a b']),
      want: false,
    },
    { name: 'Exists asks for the key only', selector: withExpression('Exists', 'app'), want: true },
    { name: 'Exists with values is invalid', selector: withExpression('Exists', 'app', ['web']), want: false },
    { name: 'DoesNotExist passes without the key', selector: withExpression('DoesNotExist', 'zone'), want: true },
    { name: 'DoesNotExist fails with the key', selector: withExpression('DoesNotExist', 'app'), want: false },
    { name: 'Gt is not an operator of label selectors', selector: withExpression('Gt', 'weight', ['5']), want: false },
    {
      name: 'a key of Object.prototype is not a label',
      selector: withExpression('Exists', 'constructor'),
      want: false,
    },
    {
      name: 'labels and expressions are one conjunction',
      selector: { matchLabels: { app: 'web' }, matchExpressions: [{ key: 'tier', operator: 'DoesNotExist' }] },
      want: false,
    },
  ])('$name', ({ selector, want }) => {
    expect(matchesLabelSelector(selector, LABELS)).toBe(want)
    expect(labelMatcher(selector)(LABELS)).toBe(want)
  })

  it('takes absent labels as none', () => {
    expect(matchesLabelSelector({ matchLabels: { a: 'b' } })).toBe(false)
    expect(matchesLabelSelector({})).toBe(true)
  })
})

describe('matchesExpressions', () => {
  it.each([
    { name: 'Gt compares integers', operator: 'Gt', values: ['9'], want: true },
    { name: 'Gt is strict', operator: 'Gt', values: ['10'], want: false },
    { name: 'Lt compares integers', operator: 'Lt', values: ['11'], want: true },
    { name: 'Lt is not a comparison of text', operator: 'Lt', values: ['9'], want: false },
    { name: 'a bound that is no integer matches nothing', operator: 'Gt', values: ['x'], want: false },
    { name: 'two bounds match nothing', operator: 'Gt', values: ['1', '2'], want: false },
  ])('$name', ({ operator, values, want }) => {
    expect(matchesExpressions([{ key: 'weight', operator, values }], LABELS)).toBe(want)
  })
})

describe('formatLabelSelector', () => {
  it('sorts requirements by key and values by text', () => {
    const selector: LabelSelector = {
      matchLabels: { b: '1' },
      matchExpressions: [
        { key: 'd', operator: 'NotIn', values: ['y', 'x'] },
        { key: 'a', operator: 'In', values: ['q', 'p'] },
        { key: 'c', operator: 'Exists' },
        { key: 'e', operator: 'DoesNotExist' },
      ],
    }
    expect(formatLabelSelector(selector)).toBe('a in (p,q),b=1,c,d notin (x,y),!e')
  })

  it('is empty for a selector that matches everything', () => expect(formatLabelSelector({})).toBe(''))
})

it.each([
  ['labels that are no map', { matchLabels: 7 }],
  ['expressions that are no list', { matchExpressions: { key: 'a' } }],
  ['an expression that is none', { matchExpressions: [null] }],
  ['an expression without a key', { matchExpressions: [{ operator: 'Exists' }] }],
  ['values that are no list', { matchExpressions: [{ key: 'a', operator: 'In', values: 'a' }] }],
])('a selector of a script that has %s matches nothing', (_name, selector) => {
  // What scripts and webhooks give is typed by nobody.
  expect(matchesLabelSelector(selector as object, { a: 'a' })).toBe(false)
})
