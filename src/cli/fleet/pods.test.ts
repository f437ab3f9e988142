import { describe, expect, it } from '@jest/globals'
import { a } from '../../testing/builders.ts'
import { chooseContainer, containersOf, selectorOf } from './pods.ts'

const pod = (annotations: Record<string, string> = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', annotations },
  spec: { containers: [{ name: 'app' }, { name: 'log' }], initContainers: [{ name: 'setup' }] },
})

describe('selectorOf', () => {
  it.each([
    { name: 'a workload', selector: { matchLabels: { app: 'web', tier: 'a' } }, want: 'app=web,tier=a' },
    {
      name: 'with expressions',
      selector: {
        matchExpressions: [
          { key: 'a', operator: 'In', values: ['x', 'y'] },
          { key: 'b', operator: 'DoesNotExist' },
        ],
      },
      want: 'a in (x,y),!b',
    },
    { name: 'a Service', selector: { app: 'web' }, want: 'app=web' },
    { name: 'nothing', selector: undefined, want: undefined },
  ])('$name', ({ selector, want }) =>
    expect(selectorOf({ ...a.configMap(), spec: selector && { selector } })).toBe(want),
  )
})

describe('chooseContainer', () => {
  it.each([
    { name: 'the first', annotations: {}, wanted: undefined, want: 'app' },
    {
      name: 'the default',
      annotations: { 'kubectl.kubernetes.io/default-container': 'log' },
      wanted: undefined,
      want: 'log',
    },
    { name: 'the one that is named', annotations: {}, wanted: 'setup', want: 'setup' },
  ])('$name', ({ annotations, wanted, want }) => expect(chooseContainer(pod(annotations), wanted)).toBe(want))

  it('refuses one that is not there', () => {
    expect(() => chooseContainer(pod(), 'db')).toThrow('pod web has no container db; it has: app, log, setup')
  })

  it('lists them with those that prepare the pod last', () => {
    expect(containersOf(pod())).toEqual({ main: ['app', 'log'], all: ['app', 'log', 'setup'] })
  })
})
