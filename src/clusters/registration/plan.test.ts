import { describe, expect, it } from '@jest/globals'
import type { ClusterSpec } from '../../api/generated/cluster.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject, ObjectMeta } from '../../object/kube-object.ts'
import { a } from '../../testing/builders.ts'
import { type Observed, plan } from './plan.ts'

const NOW = '2026-11-21T06:00:00Z'
const OURS = 'karmada.io/cluster-controller'
const notReady = { key: 'cluster.karmada.io/not-ready', effect: 'NoSchedule', timeAdded: NOW } as const

interface Given {
  readonly metadata?: Partial<ObjectMeta>
  readonly spec?: Partial<ClusterSpec>
  readonly ready?: 'True' | 'False' | 'Unknown'
}

const cluster = ({ metadata, spec, ready }: Given): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name: 'm', resourceVersion: '5', finalizers: [OURS], ...metadata },
  spec: { syncMode: 'Push', ...spec },
  ...(ready === undefined
    ? {}
    : {
        status: { conditions: [{ type: 'Ready', status: ready, reason: 'R', message: '', lastTransitionTime: NOW }] },
      }),
})
const namespace = (metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'karmada-es-m', uid: 'u', labels: { 'karmada.io/system': 'true' }, ...metadata },
})
const observed = (given: Given, rest: Partial<Observed> = {}): Observed => ({
  cluster: cluster(given),
  namespace: namespace(),
  targetedBy: [],
  works: [],
  now: NOW,
  ...rest,
})
const work = (name: string, finalizers: readonly string[], metadata = {}): KubeObject => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name, namespace: 'karmada-es-m', finalizers, ...metadata },
})

// spec/behaviour/clusters.md §1.3, §3; spec/api/admission.md §15
describe('a cluster in use', () => {
  it.each<{ name: string; given: Observed; want: readonly unknown[] }>([
    {
      name: 'that is settled needs nothing',
      given: observed({ ready: 'True' }),
      want: [],
    },
    {
      name: 'that is new gets finalizer and taint, and then its namespace',
      given: observed({ metadata: { finalizers: ['other'] } }, { namespace: undefined }),
      want: [
        {
          type: 'patchCluster',
          taints: true,
          patch: { metadata: { resourceVersion: '5', finalizers: ['other', OURS] }, spec: { taints: [notReady] } },
        },
        { type: 'createNamespace', name: 'karmada-es-m' },
      ],
    },
    {
      name: 'that became ready loses the taint',
      given: observed({ ready: 'True', spec: { taints: [notReady] } }),
      want: [
        { type: 'patchCluster', taints: true, patch: { metadata: { resourceVersion: '5' }, spec: { taints: [] } } },
      ],
    },
    {
      name: 'whose namespace lost its label gets it back',
      given: observed({ ready: 'True' }, { namespace: namespace({ labels: {} }) }),
      want: [{ type: 'labelNamespace', name: 'karmada-es-m' }],
    },
    {
      name: 'gets the time into NoExecute taints, and zone into zones',
      given: observed({ ready: 'True', spec: { zone: 'z', taints: [{ key: 'k', effect: 'NoExecute' }] } }),
      want: [
        {
          type: 'patchCluster',
          taints: true,
          patch: {
            metadata: { resourceVersion: '5' },
            spec: { taints: [{ key: 'k', effect: 'NoExecute', timeAdded: NOW }], zone: null, zones: ['z'] },
          },
        },
      ],
    },
  ])('$name', ({ given, want }) => expect(plan(given)).toEqual(want))
})

// spec/behaviour/clusters.md §7
describe('a cluster that is deleted', () => {
  const metadata = { deletionTimestamp: NOW }
  const terminating = namespace({ deletionTimestamp: NOW })
  const held = work('held', ['karmada.io/execution-controller'])
  it.each<{ name: string; given: Observed; want: readonly string[] }>([
    {
      name: 'loses its namespace, which empties the member',
      given: observed({ metadata, ready: 'True' }),
      want: ['deleteNamespace', 'wait'],
    },
    {
      name: 'waits for its namespace',
      given: observed({ metadata, ready: 'True' }, { namespace: terminating }),
      want: ['wait'],
    },
    {
      name: 'waits for the last binding, and says for which',
      given: observed({ metadata, ready: 'True' }, { namespace: undefined, targetedBy: [a.binding()] }),
      want: ['reportHeld', 'wait'],
    },
    {
      name: 'is let go when both are gone',
      given: observed({ metadata, ready: 'True' }, { namespace: undefined }),
      want: ['releaseCluster'],
    },
    {
      name: 'of which we hold nothing is left alone',
      given: observed({ metadata: { ...metadata, finalizers: ['other'] } }),
      want: [],
    },
    {
      name: 'in Pull mode that does not answer loses the finalizers of its Works',
      given: observed(
        { metadata, ready: 'False', spec: { syncMode: 'Pull' } },
        { namespace: terminating, works: [held, work('free', [])] },
      ),
      want: ['releaseWork', 'wait'],
    },
    {
      name: 'in Pull mode that answers loses its Works before the namespace, which holds the rights of its agent',
      given: observed(
        { metadata, ready: 'True', spec: { syncMode: 'Pull' } },
        { works: [held, work('going', [], { deletionTimestamp: NOW })] },
      ),
      want: ['deleteWork', 'wait'],
    },
    {
      name: 'in Pull mode loses its namespace when its Works are gone',
      given: observed({ metadata, ready: 'True', spec: { syncMode: 'Pull' } }),
      want: ['deleteNamespace', 'wait'],
    },
    {
      name: 'in Pull mode that answers is emptied by its agent',
      given: observed(
        { metadata, ready: 'True', spec: { syncMode: 'Pull' } },
        { namespace: terminating, works: [held] },
      ),
      want: ['wait'],
    },
  ])('$name', ({ given, want }) => expect(plan(given).map(({ type }) => type)).toEqual(want))

  it.each<{ name: string; given: Partial<Observed>; want: RegExp }>([
    {
      name: 'the Works that empty the member, the first three by name',
      given: { namespace: terminating, works: ['a', 'b', 'c', 'd', 'e'].map(name => work(name, [])) },
      want: /Works in namespace karmada-es-m: .*\/a, .*\/b, .*\/c and 2 more/,
    },
    { name: 'a namespace that does not go', given: { namespace: terminating }, want: /namespace karmada-es-m, which/ },
    {
      name: 'bindings that name it',
      given: { namespace: undefined, targetedBy: [a.binding()] },
      want: /bindings that still name the cluster/,
    },
  ])('tells after a while what holds it: $name', ({ given, want }) => {
    const started = { metadata: { deletionTimestamp: '2026-11-21T05:59:00Z' }, ready: 'True' } as const
    const held = plan(observed(started, given)).filter(({ type }) => type === 'reportHeld')
    expect(held).toEqual([{ type: 'reportHeld', message: expect.stringMatching(want) }])
  })
})
