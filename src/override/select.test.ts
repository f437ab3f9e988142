import { describe, expect, it } from '@jest/globals'
import type { OverridePolicySpec } from '../api/generated/override-policy.ts'
import { a } from '../testing/builders.ts'
import { rulesOf, selectPolicies } from './select.ts'

const object = a.deployment({ name: 'web', namespace: 'shop', labels: { tier: 'front' } })
const of = { apiVersion: 'apps/v1', kind: 'Deployment' }
const policy = (name: string, spec: Partial<OverridePolicySpec> = {}) => a.clusterOverridePolicy({ name, spec })
const all = { resourceSelectors: [of] }
const byLabel = { resourceSelectors: [{ ...of, labelSelector: { matchLabels: { tier: 'front' } } }] }
const byName = { resourceSelectors: [{ ...of, name: 'web' }] }
const gone = { deletionTimestamp: '2026-01-01T00:00:00Z' }

// spec/behaviour/overrides.md §1
describe('selectPolicies', () => {
  it.each([
    {
      name: 'the most specific comes last',
      policies: [policy('a', byName), policy('b', byLabel), policy('c', all)],
      want: ['c', 'b', 'a'],
    },
    {
      name: 'no selector is as far as a whole kind',
      policies: [policy('b', all), policy('c'), policy('a')],
      want: ['a', 'b', 'c'],
    },
    { name: 'an empty list is none', policies: [policy('a', { resourceSelectors: [] })], want: ['a'] },
    {
      name: 'the closest selector counts',
      policies: [policy('a', { resourceSelectors: [of, { ...of, name: 'web' }] }), policy('b', byLabel)],
      want: ['b', 'a'],
    },
    {
      name: 'names decide among equals',
      policies: [policy('b', byName), policy('B', byName), policy('a', byName)],
      want: ['B', 'a', 'b'],
    },
    {
      name: 'others do not select it',
      policies: [policy('a', { resourceSelectors: [{ ...of, name: 'other' }] })],
      want: [],
    },
    {
      name: 'another namespace',
      policies: [policy('a', { resourceSelectors: [{ ...of, namespace: 'else' }] })],
      want: [],
    },
    {
      name: 'a policy counts until it is gone',
      policies: [a.clusterOverridePolicy({ name: 'a', metadata: gone })],
      want: ['a'],
    },
  ])('$name', ({ policies, want }) => {
    expect(selectPolicies(policies, object).map(({ metadata }) => metadata.name)).toEqual(want)
  })
})

describe('rulesOf', () => {
  const overriders = { labelsOverrider: [{ operator: 'add', value: { a: '1' } }] } as const
  it.each<{ name: string; spec: OverridePolicySpec; want: object }>([
    {
      name: 'rules in their order',
      spec: { overrideRules: [{ overriders: {} }, { targetCluster: {}, overriders }] },
      want: [
        { rule: { overriders: {} }, path: 'spec.overrideRules[0].overriders' },
        { rule: { targetCluster: {}, overriders }, path: 'spec.overrideRules[1].overriders' },
      ],
    },
    {
      name: 'the deprecated pair',
      spec: { targetCluster: { clusterNames: ['m1'] }, overriders },
      want: [{ rule: { targetCluster: { clusterNames: ['m1'] }, overriders }, path: 'spec.overriders' }],
    },
    {
      name: 'the pair beside rules does not count',
      spec: { overriders, overrideRules: [{ overriders: {} }] },
      want: [{ rule: { overriders: {} }, path: 'spec.overrideRules[0].overriders' }],
    },
    {
      name: 'the pair beside an empty list',
      spec: { overriders, overrideRules: [] },
      want: [{ rule: { overriders }, path: 'spec.overriders' }],
    },
  ])('$name', ({ spec, want }) => expect(rulesOf({ ...policy('a'), spec })).toEqual(want))
})
