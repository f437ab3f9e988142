import { describe, expect, it } from '@jest/globals'
import { carriedRules, memberRulesOf } from './member-rules.ts'

describe('memberRulesOf', () => {
  it.each([
    { name: 'by default others are left alone and changes undone', annotations: {}, want: {} },
    {
      name: "Karmada's overwrite takes over",
      annotations: { 'work.karmada.io/conflict-resolution': 'overwrite' },
      want: { takeover: 'always' },
    },
    {
      name: 'our own word is finer and wins',
      annotations: { 'work.karmada.io/conflict-resolution': 'overwrite', 'flotilla.dev/takeover': 'if-identical' },
      want: { takeover: 'if-identical' },
    },
    { name: 'a word that nobody knows counts as none', annotations: { 'flotilla.dev/drift': 'maybe' }, want: {} },
    {
      name: 'each rule by itself',
      annotations: { 'flotilla.dev/drift': 'report', 'flotilla.dev/on-immutable': 'recreate' },
      want: { drift: 'report', onImmutable: 'recreate' },
    },
  ])('$name', ({ annotations, want }) =>
    expect(memberRulesOf(annotations)).toEqual({ takeover: 'never', drift: 'revert', onImmutable: 'fail', ...want }),
  )
})

it('carriedRules: the template decides, else the policy, and other annotations stay where they are', () => {
  const template = { 'flotilla.dev/drift': 'share', other: 'x' }
  const policy = { 'flotilla.dev/drift': 'report', 'flotilla.dev/takeover': 'always', 'flotilla.dev/on-immutable': '?' }
  expect(carriedRules(template, policy)).toEqual({ 'flotilla.dev/drift': 'share', 'flotilla.dev/takeover': 'always' })
})
