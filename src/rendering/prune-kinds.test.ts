import { describe, expect, it } from '@jest/globals'
import type { JsonObject } from '../object/kube-object.ts'
import { frozenObject } from '../testing/frozen-object.ts'
import { prune } from './prune.ts'

const specOf = (type: string, spec: JsonObject, annotations?: Record<string, string>) =>
  prune(frozenObject(type, { metadata: { ...(annotations && { annotations }) }, spec }))['spec']

// host-vs-dedicated.md §5 "Extend pruning"; what a user may set as well is told apart in project-template.ts.
describe('a volume and its claim (host-vs-dedicated.md §5)', () => {
  const byController = { 'pv.kubernetes.io/bound-by-controller': 'yes' }
  const claimRef = { namespace: 'default', name: 'c', uid: 'u', resourceVersion: '7' }
  it.each([
    { name: 'the volume that the host chose', annotations: byController, want: {} },
    { name: 'not the one that the user chose', annotations: {}, want: { volumeName: 'pv' } },
  ])('a claim loses $name', ({ annotations, want }) =>
    expect(specOf('v1 PersistentVolumeClaim', { volumeName: 'pv' }, annotations)).toEqual(want),
  )
  it.each([
    'pv.kubernetes.io/bind-completed',
    'pv.kubernetes.io/bound-by-controller',
    'pv.kubernetes.io/migrated-to',
    'volume.beta.kubernetes.io/storage-provisioner',
    'volume.kubernetes.io/storage-provisioner',
    'volume.kubernetes.io/selected-node',
  ])('a claim loses annotation %s', name => {
    const claim = frozenObject('v1 PersistentVolumeClaim', { metadata: { annotations: { [name]: 'x', a: 'b' } } })
    expect(prune(claim).metadata.annotations).toEqual({ a: 'b' })
  })
  it.each([
    { name: 'the claim that the host chose', annotations: byController, want: {} },
    {
      name: "of the claim that the user chose the host's identity",
      annotations: {},
      want: { claimRef: { namespace: 'default', name: 'c' } },
    },
  ])('a volume loses $name', ({ annotations, want }) =>
    expect(specOf('v1 PersistentVolume', { claimRef }, annotations)).toEqual(want),
  )
})

describe('a Pod, of which the host makes a running one (host-vs-dedicated.md §2 row 15, §5)', () => {
  const token = { name: 'kube-api-access-x7k2p', projected: { sources: [{ serviceAccountToken: {} }] } }
  const added = ['not-ready', 'unreachable'].map(condition => ({
    key: `node.kubernetes.io/${condition}`,
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds: 300,
  }))
  const own = { name: 'data', emptyDir: {} }
  const mounts = (...names: readonly string[]) => names.map(name => ({ name, mountPath: `/${name}` }))
  it.each<{ name: string; spec: JsonObject; want: JsonObject }>([
    {
      name: 'what admission computes from a class',
      spec: { priority: 0, preemptionPolicy: 'PreemptLowerPriority', overhead: { cpu: '1' }, priorityClassName: 'p' },
      want: { priorityClassName: 'p' },
    },
    {
      name: 'the default ServiceAccount, in both of its fields',
      spec: { serviceAccountName: 'default', serviceAccount: 'default' },
      want: {},
    },
    {
      name: 'no other ServiceAccount',
      spec: { serviceAccountName: 'robot', serviceAccount: 'robot' },
      want: { serviceAccountName: 'robot', serviceAccount: 'robot' },
    },
    { name: 'the default tolerations', spec: { tolerations: added }, want: {} },
    {
      name: 'no toleration of the user, also of such a taint',
      spec: { tolerations: [{ key: 'a' }, ...added, { ...added[0], tolerationSeconds: 10 }] },
      want: { tolerations: [{ key: 'a' }, { ...added[0], tolerationSeconds: 10 }] },
    },
    {
      name: 'the volume with the token and its mounts',
      spec: {
        volumes: [own, token],
        initContainers: [{ name: 'i', volumeMounts: mounts(token.name) }],
        containers: [{ name: 'c', volumeMounts: mounts('data', token.name) }, { name: 'd' }],
      },
      want: {
        volumes: [own],
        initContainers: [{ name: 'i' }],
        containers: [{ name: 'c', volumeMounts: mounts('data') }, { name: 'd' }],
      },
    },
    {
      name: 'the list of volumes where that was the only one',
      spec: { volumes: [token], containers: [{ name: 'c' }] },
      want: { containers: [{ name: 'c' }] },
    },
    {
      name: 'no volume of the user that has such a name',
      spec: { volumes: [{ ...own, name: token.name }], containers: [{ name: 'c', volumeMounts: mounts(token.name) }] },
      want: { volumes: [{ ...own, name: token.name }], containers: [{ name: 'c', volumeMounts: mounts(token.name) }] },
    },
  ])('loses $name', ({ spec, want }) => expect(specOf('v1 Pod', spec)).toEqual(want))
})
