import { describe, expect, it } from '@jest/globals'
import type { Policy } from '../object/karmada-objects.ts'
import { selects } from '../rendering/selects.ts'
import { a } from '../testing/builders.ts'
import { newMapLister } from '../testing/map-lister.ts'
import { matchTemplate, planStrip } from './match.ts'

const ID = 'propagationpolicy.karmada.io/permanent-id'
const CLUSTER_ID = 'clusterpropagationpolicy.karmada.io/permanent-id'
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }
const now = '2026-01-01T00:00:00Z'

const policy = (name: string, change: { readonly spec?: object; readonly metadata?: object } = {}): Policy =>
  a.policy({
    name,
    labels: { [ID]: `id-${name}` },
    ...(change.metadata && { metadata: change.metadata }),
    spec: { resourceSelectors: [DEPLOYMENT], ...change.spec },
  })
const clusterPolicy = (name: string, spec: object = {}): Policy =>
  a.clusterPolicy({ name, labels: { [CLUSTER_ID]: `id-${name}` }, spec: { resourceSelectors: [DEPLOYMENT], ...spec } })
const claimed = (name: string, id = `id-${name}`) => ({
  labels: { [ID]: id },
  annotations: { 'propagationpolicy.karmada.io/namespace': 'default', 'propagationpolicy.karmada.io/name': name },
})
const claimedByCluster = (name: string) => ({
  labels: { [CLUSTER_ID]: `id-${name}` },
  annotations: { 'clusterpropagationpolicy.karmada.io/name': name },
})

interface World {
  readonly preemption?: boolean
  readonly policies?: readonly Policy[]
  readonly clusterPolicies?: readonly Policy[]
  readonly overrides?: readonly string[]
}

const match = (metadata: object, { policies = [], clusterPolicies = [], overrides = [], preemption }: World) => {
  const result = matchTemplate(a.deployment({ ...metadata }), {
    policies: newMapLister(policies),
    clusterPolicies: newMapLister(clusterPolicies),
    hasOverride: ({ namespace, name }) => overrides.includes(`${namespace}/${name}`),
    ...(preemption !== undefined && { preemption }),
  })
  return result.type === 'propagate' ? result.match.policy.metadata.name : result.type
}

describe('which policy propagates a template (propagation.md §2)', () => {
  const better = policy('better', { spec: { priority: 9 } })
  it.each<{ name: string; metadata: object; world: World; want: string }>([
    {
      name: '1: the one that claimed it, although a better one came',
      metadata: claimed('mine'),
      world: { policies: [policy('mine'), better] },
      want: 'mine',
    },
    { name: '1: the claim of one that is gone comes off', metadata: claimed('gone'), world: {}, want: 'strip' },
    {
      name: '1: and that of a predecessor of the same name',
      metadata: claimed('mine', 'id-of-another'),
      world: { policies: [policy('mine')] },
      want: 'strip',
    },
    {
      name: '1: and that of one under deletion',
      metadata: claimed('mine'),
      world: { policies: [policy('mine', { metadata: { deletionTimestamp: now } })] },
      want: 'strip',
    },
    {
      name: '1: and that of one that selects it no longer',
      metadata: claimed('mine'),
      world: {
        policies: [policy('mine', { spec: { resourceSelectors: [{ ...DEPLOYMENT, name: 'other' }] } }), better],
      },
      want: 'strip',
    },
    {
      name: '1: an override that the claiming policy depends on is missing',
      metadata: claimed('mine'),
      world: { policies: [policy('mine', { spec: { dependentOverrides: ['o'] } })] },
      want: 'wait',
    },
    {
      name: '2: a ClusterPropagationPolicy that claimed it, although one of the namespace came',
      metadata: claimedByCluster('wide'),
      world: { policies: [better], clusterPolicies: [clusterPolicy('wide')] },
      want: 'wide',
    },
    { name: '2: its claim comes off alike', metadata: claimedByCluster('wide'), world: {}, want: 'strip' },
    {
      name: '3: the best of the namespace',
      metadata: {},
      world: { policies: [policy('mine'), better], clusterPolicies: [clusterPolicy('wide', { priority: 99 })] },
      want: 'better',
    },
    {
      name: '3: not one of another namespace',
      metadata: {},
      world: {
        policies: [a.policy({ ...better, namespace: 'other', metadata: { ...better.metadata, namespace: 'other' } })],
      },
      want: 'none',
    },
    {
      name: '4: else the best of the cluster',
      metadata: {},
      world: { clusterPolicies: [clusterPolicy('wide'), clusterPolicy('wider', { priority: 1 })] },
      want: 'wider',
    },
    { name: '5: else none', metadata: {}, world: {}, want: 'none' },
    {
      name: 'one that has no id yet does not claim',
      metadata: {},
      world: { policies: [policy('mine', { metadata: { labels: {} } })] },
      want: 'none',
    },
  ])('$name', ({ metadata, world, want }) => expect(match(metadata, world)).toBe(want))

  it.each([
    { name: 'of its namespace for a PropagationPolicy', kind: 'policies', override: 'default/o', want: 'p' },
    { name: 'not of the cluster', kind: 'policies', override: '/o', want: 'wait' },
    { name: 'of the cluster for a ClusterPropagationPolicy', kind: 'clusterPolicies', override: '/o', want: 'p' },
    { name: 'not of the namespace', kind: 'clusterPolicies', override: 'default/o', want: 'wait' },
  ])('an override that a policy depends on is one $name (propagation.md §2.3)', ({ kind, override, want }) => {
    const spec = { dependentOverrides: ['o'] }
    const named = kind === 'policies' ? policy('p', { spec }) : clusterPolicy('p', spec)
    expect(match({}, { [kind]: [named], overrides: [override] })).toBe(want)
  })
})

describe('preemption (propagation.md §5.1)', () => {
  const taking = { resourceSelectors: [{ ...DEPLOYMENT, name: 'nginx' }], preemption: 'Always', priority: 1 }
  it.each<{ name: string; metadata: object; world: World; want: string }>([
    {
      name: 'a policy takes over what it names',
      metadata: claimed('mine'),
      world: { policies: [policy('mine'), policy('taker', { spec: taking })], preemption: true },
      want: 'taker',
    },
    {
      name: 'not with the feature off',
      metadata: claimed('mine'),
      world: { policies: [policy('mine'), policy('taker', { spec: taking })] },
      want: 'mine',
    },
    {
      name: 'not before it has an id',
      metadata: claimed('mine'),
      world: {
        policies: [policy('mine'), policy('taker', { spec: taking, metadata: { labels: {} } })],
        preemption: true,
      },
      want: 'mine',
    },
    {
      name: 'not while an override that it depends on is missing',
      metadata: claimed('mine'),
      world: {
        policies: [policy('mine'), policy('taker', { spec: { ...taking, dependentOverrides: ['o'] } })],
        preemption: true,
      },
      want: 'mine',
    },
    {
      name: 'from a policy of the cluster whatever priorities are',
      metadata: claimedByCluster('wide'),
      world: {
        clusterPolicies: [clusterPolicy('wide', { priority: 9 })],
        policies: [policy('taker', { spec: { ...taking, priority: 0 } })],
        preemption: true,
      },
      want: 'taker',
    },
  ])('$name', ({ metadata, world, want }) => expect(match(metadata, world)).toBe(want))
})

describe('what the host made for itself (host-vs-dedicated.md §5)', () => {
  const child = a.deployment({
    name: 'child',
    metadata: { ownerReferences: [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'u', controller: true }] },
  })
  it.each([
    { name: 'all of a kind do not mean it', selector: DEPLOYMENT, want: false },
    { name: 'nor do labels', selector: { ...DEPLOYMENT, labelSelector: {} }, want: false },
    { name: 'its name does', selector: { ...DEPLOYMENT, name: 'child' }, want: true },
  ])('$name', ({ selector, want }) =>
    expect(selects(policy('p', { spec: { resourceSelectors: [selector] } }), child)).toBe(want),
  )
})

it('a claim comes off only as long as it is the one that was found (propagation.md §5)', () => {
  const result = matchTemplate(a.deployment(claimed('gone')), {
    policies: newMapLister<Policy>(),
    clusterPolicies: newMapLister<Policy>(),
    hasOverride: () => false,
  })
  if (result.type !== 'strip') throw new Error(`it is ${result.type}`)
  expect(planStrip(a.deployment(claimed('gone')), result.claim)?.metadata.labels).toEqual({ [ID]: null })
  expect(planStrip(a.deployment(claimed('later')), result.claim)).toBeUndefined()
})
