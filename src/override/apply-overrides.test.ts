import { describe, expect, it } from '@jest/globals'
import type { OverridePolicySpec, OverrideRule, Overriders } from '../api/generated/override-policy.ts'
import type { OverridePolicy } from '../object/karmada-objects.ts'
import { a } from '../testing/builders.ts'
import { frozen } from '../testing/frozen-object.ts'
import { applyOverrides } from './apply-overrides.ts'
import { OVERRIDERS } from './registry.ts'

const template = frozen(a.deployment({ name: 'web', labels: { tier: 'front' }, replicas: 2 }))
const of = { apiVersion: 'apps/v1', kind: 'Deployment' }
const named = { resourceSelectors: [{ ...of, name: 'web' }] }
const label = (value: string, key = 'a'): Overriders => ({
  labelsOverrider: [{ operator: 'add', value: { [key]: value } }],
})
const rule = (overriders: Overriders, ...clusterNames: readonly string[]): OverrideRule =>
  clusterNames.length === 0 ? { overriders } : { overriders, targetCluster: { clusterNames } }
const wide = (name: string, spec: OverridePolicySpec) => frozen(a.clusterOverridePolicy({ name, spec }))
const near = (name: string, spec: OverridePolicySpec) => frozen(a.overridePolicy({ name, spec }))
const member = a.cluster({ name: 'member1', labels: { region: 'eu' } })

interface Case {
  readonly cluster?: readonly OverridePolicy[]
  readonly namespaced?: readonly OverridePolicy[]
}
const apply = ({ cluster = [], namespaced = [] }: Case) =>
  applyOverrides({ manifest: template, cluster: member, policies: { cluster, namespaced } })
const labelOf = (policies: Case): string | undefined => apply(policies).manifest.metadata.labels?.['a']

describe('which rule wins (spec/behaviour/overrides.md §1)', () => {
  const all = wide('z-all', { overrideRules: [rule(label('1'))] })
  const byName = wide('a-named', { ...named, overrideRules: [rule(label('2'))] })
  const ofNamespace = near('all', { overrideRules: [rule(label('3'))] })
  it.each<{ name: string; policies: Case; want: string | undefined }>([
    {
      name: '§11.5: OverridePolicies after all cluster-wide ones',
      policies: { cluster: [byName, all], namespaced: [ofNamespace] },
      want: '3',
    },
    { name: '§11.5: the more specific after the less', policies: { cluster: [byName, all] }, want: '2' },
    {
      name: '§11.6: every rule for the cluster, in order',
      policies: { cluster: [wide('x', { overrideRules: [rule(label('1')), rule(label('2'), 'member1')] })] },
      want: '2',
    },
    {
      name: 'rules for other clusters do not count',
      policies: { cluster: [wide('x', { overrideRules: [rule(label('1')), rule(label('2'), 'member2')] })] },
      want: '1',
    },
    {
      name: 'the deprecated form is one rule',
      policies: {
        namespaced: [
          near('x', { targetCluster: { labelSelector: { matchLabels: { region: 'eu' } } }, overriders: label('4') }),
        ],
      },
      want: '4',
    },
  ])('$name', ({ policies, want }) => expect(labelOf(policies)).toBe(want))

  it('OverridePolicies are selected by what the cluster-wide ones made, these by the template', () => {
    const back = { resourceSelectors: [{ ...of, labelSelector: { matchLabels: { tier: 'back' } } }] }
    const moves = wide('a', { ...named, overrideRules: [rule(label('back', 'tier'))] })
    const late = (name: string) => ({ ...back, overrideRules: [rule(label(name))] })
    expect(labelOf({ cluster: [moves, wide('b', late('wide'))] })).toBeUndefined()
    expect(labelOf({ cluster: [moves], namespaced: [near('b', late('near'))] })).toBe('near')
  })
})

it('applies the overriders of a rule in the order of the contract (§2)', () => {
  expect(OVERRIDERS.map(({ field }) => field)).toEqual([
    'imageOverrider',
    'commandOverrider',
    'argsOverrider',
    'labelsOverrider',
    'annotationsOverrider',
    'fieldOverrider',
    'plaintext',
  ])
  const overriders: Overriders = {
    plaintext: [{ operator: 'replace', path: '/metadata/labels/a', value: 'from plaintext' }],
    ...label('from labels'),
  }
  expect(labelOf({ cluster: [wide('x', { overrideRules: [rule(overriders)] })] })).toBe('from plaintext')
})

describe('what is told of it (§8)', () => {
  it('is nothing when nothing was applied, and the manifest is the same', () => {
    const elsewhere = wide('x', { overrideRules: [rule(label('1'), 'member2')] })
    const result = apply({ cluster: [elsewhere] })
    expect(result.manifest).toBe(template)
    expect(result).toMatchObject({ applied: [], appliedOverrides: undefined, appliedClusterOverrides: undefined })
  })

  it('is each rule, by class', () => {
    const result = apply({
      cluster: [wide('w', { overrideRules: [rule(label('1'))] })],
      namespaced: [near('n', { overrideRules: [rule(label('2')), rule({}, 'member1')] })],
    })
    expect(result.applied.map(({ policy }) => policy.metadata.name)).toEqual(['w', 'n', 'n'])
    const overriders = (value: string) => `{"labelsOverrider":[{"operator":"add","value":{"a":"${value}"}}]}`
    expect(result.appliedClusterOverrides).toBe(`[{"policyName":"w","overriders":${overriders('1')}}]`)
    expect(result.appliedOverrides).toBe(
      `[{"policyName":"n","overriders":${overriders('2')}},{"policyName":"n","overriders":{}}]`,
    )
  })

  it('is policy, rule and path when a change cannot be made', () => {
    const bad: Overriders = { plaintext: [{ operator: 'remove', path: '/spec/none' }] }
    const policy = near('n', { overrideRules: [rule({}), rule(bad)] })
    expect(() => apply({ namespaced: [policy] })).toThrow(
      expect.objectContaining({
        name: 'OverrideError',
        policy,
        message: 'spec.overrideRules[1].overriders.plaintext[0]: remove /spec/none: there is nothing',
      }),
    )
  })
})

describe('what an object is', () => {
  const set = (path: string, value: string): Overriders => ({ plaintext: [{ operator: 'replace', path, value }] })
  const one = (overriders: Overriders) => ({ overrideRules: [rule(overriders)] })
  it.each([
    { path: '/metadata/namespace', value: 'kube-system' },
    { path: '/kind', value: 'DaemonSet' },
    { path: '/apiVersion', value: 'example.com/v1' },
  ])('an OverridePolicy leaves, a ClusterOverridePolicy may change: $path', ({ path, value }) => {
    expect(() => apply({ namespaced: [near('n', one(set(path, value)))] })).toThrow(
      'spec.overrideRules[0].overriders.plaintext: an OverridePolicy does not change',
    )
    expect(apply({ cluster: [wide('w', one(set(path, value)))] }).manifest).not.toEqual(template)
  })

  it.each([
    { path: '/metadata/name', value: 'other' },
    { path: '/apiVersion', value: 'apps/v1beta2' },
  ])('any policy may change $path', ({ path, value }) => {
    expect(apply({ namespaced: [near('n', one(set(path, value)))] }).manifest).not.toEqual(template)
  })

  it('an OverridePolicy does not take the namespace away', () => {
    const bare: Overriders = { plaintext: [{ operator: 'remove', path: '/metadata/namespace' }] }
    expect(() => apply({ namespaced: [near('n', one(bare))] })).toThrow('does not change')
  })
})
