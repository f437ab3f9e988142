import { expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { isDeclared } from './declared.ts'

const object = (rest: object): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, ...rest })

// design.md, rules of writing 4, 5
it.each<{ name: string; desired: object; observed: object; pointer: string; want: boolean }>([
  {
    name: 'replicas that a member autoscaler decides and we retain',
    desired: { spec: { replicas: 4 } },
    observed: { spec: { replicas: 4 } },
    pointer: '/spec/replicas',
    want: true,
  },
  {
    name: 'the claim of a bound volume, below a map of ours',
    desired: { spec: { claimRef: { name: 'c', uid: 'u' } } },
    observed: { spec: { claimRef: { name: 'c', uid: 'u' } } },
    pointer: '/spec/claimRef/uid',
    want: true,
  },
  {
    name: 'a token that a controller put before ours in the list',
    desired: { secrets: [{ name: 'own' }, { name: 'x-token-1' }] },
    observed: { secrets: [{ name: 'x-token-1' }, { name: 'own' }] },
    pointer: '/secrets/0',
    want: true,
  },
  {
    name: 'a field of the container of the same name',
    desired: { spec: { containers: [{ name: 'b', volumeMounts: [{ name: 'v' }] }] } },
    observed: { spec: { containers: [{ name: 'a' }, { name: 'b', image: 'i', volumeMounts: [{ name: 'v' }] }] } },
    pointer: '/spec/containers/1/volumeMounts',
    want: true,
  },
  {
    name: 'a key that somebody added',
    desired: { data: {} },
    observed: { data: { x: '1' } },
    pointer: '/data/x',
    want: false,
  },
  {
    name: 'a container that somebody added',
    desired: { spec: { containers: [{ name: 'b' }] } },
    observed: { spec: { containers: [{ name: 'b' }, { name: 'a' }] } },
    pointer: '/spec/containers/1',
    want: false,
  },
  {
    name: 'a second mount of a declared volume',
    desired: { mounts: [{ name: 'v', mountPath: '/a' }] },
    observed: {
      mounts: [
        { name: 'v', mountPath: '/a' },
        { name: 'v', mountPath: '/b' },
      ],
    },
    pointer: '/mounts/1',
    want: false,
  },
  {
    name: 'the second of two declared mounts of a volume, alone',
    desired: {
      mounts: [
        { name: 'v', mountPath: '/a' },
        { name: 'v', mountPath: '/b', readOnly: true },
      ],
    },
    observed: { mounts: [{ name: 'v', mountPath: '/b', readOnly: false }] },
    pointer: '/mounts/0/readOnly',
    want: true,
  },
  {
    name: 'a second device of a declared volume',
    desired: { devices: [{ name: 'v', devicePath: '/a' }] },
    observed: { devices: [{ name: 'v', devicePath: '/b' }] },
    pointer: '/devices/0',
    want: false,
  },
  {
    name: 'a second rule for the spread over the same topology',
    desired: { spread: [{ topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }] },
    observed: { spread: [{ topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule' }] },
    pointer: '/spread/0',
    want: false,
  },
  {
    name: 'a key with a slash',
    desired: { data: { 'a/b': '1' } },
    observed: { data: { 'a/b': '1' } },
    pointer: '/data/a~1b',
    want: true,
  },
  {
    name: 'a name of the prototype',
    desired: { data: {} },
    observed: { data: {} },
    pointer: '/data/constructor',
    want: false,
  },
])('$name: $want', ({ desired, observed, pointer, want }) =>
  expect(isDeclared(object(desired), object(observed), pointer)).toBe(want),
)
