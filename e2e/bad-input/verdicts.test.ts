import { describe, expect, it } from '@jest/globals'
import { a } from '../../src/testing/builders.ts'
import type { AnyObject } from '../cluster-view.ts'
import { newRandom } from '../soak/random.ts'
import { nastyRequest } from './nasty-requests.ts'
import type { Words } from './readable.ts'
import { JUDGED_KINDS, judge, type Overridable, type Scene, type Verdict } from './verdicts.ts'

const FAILED = 'ApplyOverridePolicyFailed'
const NOTHING: Scene = { events: new Map(), clusters: [], overridable: [] }

/** Events by the UID of what they are about. */
function told(events: Readonly<Record<string, readonly (readonly [string, string])[]>>): Scene['events'] {
  const wordsOf = ([reason, message]: readonly [string, string]): Words => {
    return { where: 'event', reason, message }
  }
  return new Map(Object.entries(events).map(([uid, all]) => [uid, all.map(wordsOf)]))
}

const withCondition = (kind: string, type: string, status: string): AnyObject => {
  return { kind, metadata: { name: 'x', uid: 'x' }, status: { conditions: [{ type, status }] } }
}

it('every kind that cases make and that is no template has a verdict, and no other', () => {
  const requests = Array.from({ length: 2000 }, (_, at) => nastyRequest(newRandom(at), at))
  const kinds = requests.filter(({ isTemplate }) => !isTemplate).map(({ object }) => object['kind'])
  expect([...new Set(kinds)].toSorted()).toEqual(JUDGED_KINDS.toSorted())
  expect(() => judge({ kind: 'Widget' }, NOTHING)).toThrow('no verdict for Widget')
})

it.each([
  { name: 'a Work that cannot be applied', object: withCondition('Work', 'Applied', 'False'), want: 'said' },
  { name: 'a Work that is', object: withCondition('Work', 'Applied', 'True'), want: 'missing' },
  { name: 'a Cluster that nobody knows', object: withCondition('Cluster', 'Ready', 'Unknown'), want: 'said' },
  {
    name: 'a Cluster without a word',
    object: { ...withCondition('Cluster', 'Ready', ''), status: {} },
    want: 'missing',
  },
  { name: 'a binding', object: withCondition('ResourceBinding', 'FullyApplied', 'False'), want: 'said' },
  { name: 'a wide binding', object: withCondition('ClusterResourceBinding', 'Scheduled', 'False'), want: 'missing' },
] as const)('$name: $want', ({ object, want }) => expect(judge(object, NOTHING).type).toBe(want))

describe('a policy', () => {
  const policy = (...kinds: readonly string[]): AnyObject => {
    const resourceSelectors = kinds.map(kind => ({ apiVersion: 'v1', kind }))
    return { kind: 'ClusterPropagationPolicy', metadata: { name: 'p', uid: 'p' }, spec: { resourceSelectors } }
  }

  it.each([
    { name: 'for what is never propagated', kinds: ['Event', 'Ledger'], reason: 'KindNotPropagated' },
    { name: 'for what is not served', kinds: ['Ledger', 'x'], reason: 'KindNotServed' },
  ])('$name is told so', ({ kinds, reason }) => {
    const what = `no event ${reason}`
    expect(judge(policy(...kinds), NOTHING)).toEqual({ type: 'missing', what, byEvent: true })
    const events = told({ p: [[reason, 'because']] })
    expect(judge(policy(...kinds), { ...NOTHING, events })).toEqual({ type: 'said', how: `event ${reason}` })
  })

  it('for both is told both', () => {
    const [both, first] = [policy('Event', 'x'), { p: [['KindNotPropagated', 'because']] as const }]
    expect(judge(both, { ...NOTHING, events: told(first) })).toMatchObject({
      type: 'missing',
      what: 'no event KindNotServed',
    })
    const events = told({ p: [...first.p, ['KindNotServed', 'because']] })
    expect(judge(both, { ...NOTHING, events }).type).toBe('said')
  })

  it('for what may come needs no word', () => expect(judge(policy('Ledger'), NOTHING).type).toBe('silent'))
})

describe('an override policy', () => {
  const labels = { group: 'g' }
  const resourceSelectors = [{ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: labels } }]
  const policy = a.overridePolicy({ name: 'p', namespace: 'shop', uid: 'p', spec: { resourceSelectors } })
  const overridable = (annotations?: Readonly<Record<string, string>>): readonly Overridable[] => [
    { template: a.configMap({ name: 't', namespace: 'shop', uid: 't', labels }), annotations },
    { template: a.configMap({ name: 'other', namespace: 'shop' }), annotations: {} },
  ]
  const record = (...names: readonly string[]) => ({
    'policy.karmada.io/applied-overrides': JSON.stringify(names.map(policyName => ({ policyName }))),
  })
  const by = (name: string): string => `Apply override policy(${name}) for cluster(m) failed. there is nothing`

  it.each<{ name: string; scene: Partial<Scene>; want: Verdict['type'] }>([
    { name: 'that selects nothing', scene: {}, want: 'silent' },
    { name: 'that a Work carries', scene: { overridable: overridable(record('o', 'p')) }, want: 'said' },
    { name: 'that its Work does not carry', scene: { overridable: overridable(record('o')) }, want: 'missing' },
    {
      name: 'that cannot be applied',
      scene: { overridable: overridable({}), events: told({ p: [[FAILED, by('shop/p')]] }) },
      want: 'said',
    },
    {
      name: 'that cannot be applied, as its template alone says',
      scene: { overridable: overridable({}), events: told({ t: [[FAILED, by('shop/p')]] }) },
      want: 'missing',
    },
    {
      name: 'whose template is held up by another one',
      scene: { overridable: overridable({}), events: told({ t: [[FAILED, by('shop/o')]] }) },
      want: 'said',
    },
    {
      name: 'whose template is told of something else',
      scene: { overridable: overridable({}), events: told({ t: [['MemberDrifted', 'a field was changed']] }) },
      want: 'missing',
    },
    { name: 'whose template goes nowhere', scene: { overridable: overridable() }, want: 'silent' },
    {
      name: 'that keeps its template from going anywhere, and is not told',
      scene: { overridable: overridable(), events: told({ t: [[FAILED, by('shop/p')]] }) },
      want: 'missing',
    },
  ])('$name: $want', ({ scene, want }) => expect(judge(policy, { ...NOTHING, ...scene }).type).toBe(want))

  it('that is cluster-wide has a record of its own', () => {
    const wide = { ...a.clusterOverridePolicy({ name: 'p' }), spec: { resourceSelectors } }
    expect(judge(wide, { ...NOTHING, overridable: overridable(record('p')) }).type).toBe('missing')
  })
})

describe('a Secret', () => {
  const secret = { kind: 'Secret', metadata: { name: 's', namespace: 'n' } }
  const cluster = (status: string): AnyObject => {
    return { ...withCondition('Cluster', 'Ready', status), spec: { secretRef: { name: 's', namespace: 'n' } } }
  }

  it.each([
    { name: 'that nobody reads', clusters: [], want: 'silent' },
    { name: 'that Clusters complain of', clusters: [cluster('False'), cluster('Unknown')], want: 'said' },
    { name: 'that is read without a word', clusters: [cluster('False'), cluster('')], want: 'missing' },
  ])('$name: $want', ({ clusters, want }) => expect(judge(secret, { ...NOTHING, clusters }).type).toBe(want))
})
