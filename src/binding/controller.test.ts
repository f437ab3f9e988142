import { expect, it } from '@jest/globals'
import type { Binding, Work } from '../object/karmada-objects.ts'
import type { Change } from '../runtime/informer.ts'
import { isUnexpected } from './controller.ts'

const binding: Binding = {
  apiVersion: 'work.karmada.io/v1alpha2',
  kind: 'ResourceBinding',
  metadata: { name: 'c-configmap', namespace: 'default' },
  spec: { resource: { apiVersion: 'v1', kind: 'ConfigMap', name: 'c' }, clusters: [{ name: 'm2' }] },
}
const leaving = {
  ...binding,
  spec: { ...binding.spec, gracefulEvictionTasks: [{ fromCluster: 'm1', reason: 'x', producer: 'y' }] },
}
const work: Work = {
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name: 'c-1', namespace: 'karmada-es-m1' },
  spec: {},
}
const made: Change<Work> = { type: 'added', object: work, initial: false }

it.each<{ name: string; change: Change<Work>; owner: Binding | undefined; want: boolean }>([
  { name: 'one that comes where its binding is not any more', change: made, owner: binding, want: true },
  { name: 'none where it is being moved away', change: made, owner: leaving, want: false },
  { name: 'none of a binding that is gone: those are orphans', change: made, owner: undefined, want: false },
  { name: 'none found at start', change: { ...made, initial: true }, owner: binding, want: false },
  { name: 'none that changes', change: { type: 'updated', object: work, previous: work }, owner: binding, want: false },
])('a Work that nobody expected: $name', ({ change, owner, want }) => expect(isUnexpected(change, owner)).toBe(want))
