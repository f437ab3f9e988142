import { describe, expect, it } from '@jest/globals'
import { type HostRule, READ } from '../src/api/host-rule.ts'
import { mergeRules, mergeTemplateRules } from './rbac-rules.ts'

const on = { group: 'example.com', plural: 'widgets' }
const rules = (first: readonly HostRule[], second: readonly HostRule[]) => [
  { by: 'first', rules: first },
  { by: 'second', rules: second },
]

describe('mergeRules', () => {
  it('joins the verbs on one resource, in the usual order, and names everybody once', () => {
    const declared = rules(
      [
        { on, verbs: ['patch', 'get'] },
        { on, verbs: ['delete'] },
      ],
      [{ on, verbs: READ }],
    )
    expect(mergeRules(declared)).toEqual([
      {
        group: 'example.com',
        resource: 'widgets',
        verbs: ['get', 'list', 'watch', 'patch', 'delete'],
        by: ['first', 'second'],
      },
    ])
  })

  it.each<{ name: string; rule: HostRule }>([
    { name: 'a subresource', rule: { on, subresource: 'status', verbs: ['get'] } },
    { name: 'one namespace', rule: { on, within: 'clusters', verbs: ['get'] } },
    { name: 'single names', rule: { on, names: ['a'], verbs: ['get'] } },
    { name: 'a setting', rule: { on, when: 'installCrds', verbs: ['get'] } },
  ])('keeps apart what holds for $name only', ({ rule }) => {
    const merged = mergeRules(rules([{ on, verbs: ['list'] }], [rule]))
    expect(merged.map(({ verbs }) => verbs).sort()).toEqual([['get'], ['list']])
  })

  it('leaves templates out', () => {
    expect(mergeRules(rules([{ on: 'templates', verbs: READ }], []))).toEqual([])
  })
})

describe('mergeTemplateRules', () => {
  it('joins what is done to templates, and to each subresource of them', () => {
    const declared = rules(
      [
        { on: 'templates', subresource: 'status', verbs: ['patch'] },
        { on: 'templates', verbs: ['patch'] },
      ],
      [
        { on: 'templates', verbs: READ },
        { on, verbs: READ },
      ],
    )
    expect(mergeTemplateRules(declared)).toEqual([
      { verbs: ['get', 'list', 'watch', 'patch'], by: ['first', 'second'] },
      { subresource: 'status', verbs: ['patch'], by: ['first'] },
    ])
  })
})
