import { describe, expect, it } from '@jest/globals'
import type { OverridePolicySpec } from '../api/generated/override-policy.ts'
import { CLUSTER_RESOURCE_BINDING, RESOURCE_BINDING } from '../api/kinds.ts'
import type { Binding, Cluster, OverridePolicy } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Change } from '../runtime/informer.ts'
import { a } from '../testing/builders.ts'
import { newMapLister } from '../testing/map-lister.ts'
import { keysOfCluster, keysOfPolicy, type TriggerDeps } from './override-triggers.ts'

const of = { apiVersion: 'apps/v1', kind: 'Deployment' }
const templates = [
  a.deployment({ name: 'web', labels: { tier: 'front' } }),
  a.deployment({ name: 'db' }),
  a.deployment({ name: 'web', namespace: 'other' }),
]
const bindingOf = ({ metadata: { name, namespace = '' } }: KubeObject): Binding =>
  a.binding({
    name: `${name}-deployment`,
    namespace,
    spec: { resource: { ...of, name, namespace }, clusters: [{ name: name === 'db' ? 'member2' : 'member1' }] },
  })

interface Given {
  readonly overrides?: readonly OverridePolicy[]
  readonly clusterOverrides?: readonly OverridePolicy[]
}
const lister = newMapLister(templates)
const depsOf = ({ overrides = [], clusterOverrides = [] }: Given = {}): TriggerDeps => ({
  kind: RESOURCE_BINDING,
  bindings: newMapLister(templates.map(bindingOf)),
  templates: { get: (_gvk, key) => lister.get(key) },
  overrides: newMapLister(overrides),
  clusterOverrides: newMapLister(clusterOverrides),
})
const rules = (label: string) => ({
  overrideRules: [{ overriders: { labelsOverrider: [{ operator: 'add' as const, value: { [label]: '1' } }] } }],
})
const near = (spec: OverridePolicySpec) => a.overridePolicy({ spec: { ...rules('a'), ...spec } })
const wide = (spec: OverridePolicySpec) => a.clusterOverridePolicy({ spec: { ...rules('a'), ...spec } })
const all = {}
const web = { resourceSelectors: [{ ...of, name: 'web' }] }
const front = { resourceSelectors: [{ ...of, labelSelector: { matchLabels: { tier: 'front' } } }] }
const added = <T extends KubeObject>(object: T, initial = false): Change<T> => ({ type: 'added', object, initial })

// spec/behaviour/overrides.md §9
describe('keysOfPolicy', () => {
  const WEB = 'default/web-deployment'
  const DB = 'default/db-deployment'
  it.each<{ name: string; change: Change<OverridePolicy>; given?: Given; want: readonly string[] }>([
    { name: 'one that selects by name', change: added(near(web)), want: [WEB] },
    { name: 'one that selects by label', change: added(near(front)), want: [WEB] },
    { name: 'one that selects all, of its namespace only', change: added(near(all)), want: [WEB, DB] },
    { name: 'one for every namespace', change: added(wide(web)), want: [WEB, 'other/web-deployment'] },
    { name: 'one that was there at start', change: added(near(all), true), want: [] },
    { name: 'one that is gone', change: { type: 'deleted', object: near(web) }, want: [WEB] },
    {
      name: 'another rule',
      change: { type: 'updated', previous: near(web), object: near({ ...web, ...rules('b') }) },
      want: [WEB],
    },
    {
      name: 'a narrower selector',
      change: { type: 'updated', previous: near(all), object: near(web) },
      want: [WEB, DB],
    },
    {
      name: 'other labels of its own',
      change: { type: 'updated', previous: near(web), object: { ...near(web) } },
      want: [],
    },
    {
      name: 'one that selects by a label which a cluster-wide one may set',
      change: added(near(front)),
      given: { clusterOverrides: [wide(all)] },
      want: [WEB, DB],
    },
  ])('$name', ({ change, given, want }) => expect(keysOfPolicy(depsOf(given), change)).toEqual(want))

  it('of a namespace concerns no cluster-wide binding', () => {
    expect(keysOfPolicy({ ...depsOf(), kind: CLUSTER_RESOURCE_BINDING }, added(near(all)))).toEqual([])
  })
})

describe('keysOfCluster', () => {
  const inEurope = {
    overrideRules: [
      {
        ...rules('a').overrideRules[0],
        overriders: {},
        targetCluster: { labelSelector: { matchLabels: { region: 'eu' } } },
      },
    ],
  }
  const byProvider = {
    overrideRules: [
      {
        overriders: {},
        targetCluster: {
          fieldSelector: { matchExpressions: [{ key: 'provider', operator: 'In', values: ['x'] } as const] },
        },
      },
    ],
  }
  const plain = a.cluster()
  const european = a.cluster({ labels: { region: 'eu' } })
  const bought = a.cluster({ spec: { provider: 'x' } })
  const change = (previous: Cluster, object: Cluster): Change<Cluster> => ({ type: 'updated', previous, object })
  it.each<{ name: string; policy: OverridePolicySpec; change: Change<Cluster>; want: readonly string[] }>([
    {
      name: 'a label that makes a rule match',
      policy: inEurope,
      change: change(plain, european),
      want: ['default/web-deployment'],
    },
    {
      name: 'a label that no longer does',
      policy: inEurope,
      change: change(european, plain),
      want: ['default/web-deployment'],
    },
    { name: 'a field', policy: byProvider, change: change(plain, bought), want: ['default/web-deployment'] },
    { name: 'a label that no rule looks at', policy: byProvider, change: change(plain, european), want: [] },
    {
      name: 'a label, for templates that the policy does not select',
      policy: { ...inEurope, resourceSelectors: [{ ...of, name: 'db' }] },
      change: change(plain, european),
      want: [],
    },
    { name: 'a status', policy: inEurope, change: change(plain, { ...plain, status: {} }), want: [] },
    { name: 'a cluster that is new', policy: inEurope, change: added(plain), want: ['default/web-deployment'] },
    { name: 'a cluster that was there at start', policy: inEurope, change: added(plain, true), want: [] },
    { name: 'a cluster that is gone', policy: inEurope, change: { type: 'deleted', object: plain }, want: [] },
  ])('$name', ({ policy, change: given, want }) => {
    expect(keysOfCluster(depsOf({ overrides: [a.overridePolicy({ spec: policy })] }), given)).toEqual(want)
  })
})
