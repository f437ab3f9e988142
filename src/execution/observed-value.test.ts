import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { withAddition, withObservedValue } from './observed-value.ts'

const object = (rest: object): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 'x' }, ...rest })

// design.md, rules of writing 4
describe('withObservedValue', () => {
  it.each([
    {
      name: 'a field',
      desired: { spec: { replicas: 1, paused: true } },
      observed: { spec: { replicas: 4 } },
      path: '/spec/replicas',
      want: { spec: { replicas: 4, paused: true } },
    },
    {
      name: 'a field of the list entry of the same name',
      desired: { spec: { containers: [{ name: 'b', image: '1' }] } },
      observed: { spec: { containers: [{ name: 'a' }, { name: 'b', image: '2' }] } },
      path: '/spec/containers/1/image',
      want: { spec: { containers: [{ name: 'b', image: '2' }] } },
    },
    {
      name: 'a field of the nameless port with the same keys',
      desired: { spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 1 }] } },
      observed: { spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 2 }] } },
      path: '/spec/ports/0/targetPort',
      want: { spec: { ports: [{ port: 80, protocol: 'TCP', targetPort: 2 }] } },
    },
    {
      name: 'nothing whose parent is not declared',
      desired: { spec: {} },
      observed: { spec: { a: { b: 1 } } },
      path: '/spec/a/b',
      want: { spec: {} },
    },
  ])('takes over $name', ({ desired, observed, path, want }) =>
    expect(withObservedValue(object(desired), object(observed), path)).toEqual(object(want)),
  )
})

describe('withAddition', () => {
  it.each([
    {
      name: 'a key of a map that is declared',
      desired: { data: { a: '1' } },
      observed: { data: { a: '2', b: '3' } },
      path: '/data/b',
      want: { data: { a: '1', b: '3' } },
    },
    {
      name: 'a map that is not, with its parents',
      desired: {},
      observed: { spec: { a: { b: 1, c: 2 } } },
      path: '/spec/a/b',
      want: { spec: { a: { b: 1 } } },
    },
    {
      name: 'an entry of a list',
      desired: { spec: { containers: [{ name: 'a', image: '1' }] } },
      observed: {
        spec: {
          containers: [
            { name: 'b', image: '2' },
            { name: 'a', image: '9' },
          ],
        },
      },
      path: '/spec/containers/0',
      want: {
        spec: {
          containers: [
            { name: 'a', image: '1' },
            { name: 'b', image: '2' },
          ],
        },
      },
    },
    {
      name: 'a field of an entry that is declared',
      desired: { spec: { containers: [{ name: 'a', image: '1' }] } },
      observed: { spec: { containers: [{ name: 'b' }, { name: 'a', image: '9', stdin: true }] } },
      path: '/spec/containers/1/stdin',
      want: { spec: { containers: [{ name: 'a', image: '1', stdin: true }] } },
    },
    {
      name: 'nothing in the place of what is declared',
      desired: { data: { a: '1' } },
      observed: { data: { a: '2' } },
      path: '/data/a',
      want: { data: { a: '1' } },
    },
  ])('takes along $name', ({ desired, observed, path, want }) =>
    expect(withAddition(object(desired), object(observed), path)).toEqual(object(want)),
  )
})
