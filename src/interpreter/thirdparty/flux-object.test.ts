import { describe, expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { fluxObject, sourceReference } from './flux-object.ts'

const kind = fluxObject({
  gvk: { group: 'example.toolkit.fluxcd.io', version: 'v1', kind: 'Thing' },
  fields: ['revision'],
  getDependencies: () => [],
})
const object = (fields = {}) =>
  frozenObject('example.toolkit.fluxcd.io/v1 Thing', {
    metadata: { generation: 3, annotations: { 'resourcetemplate.karmada.io/generation': '3' } },
    spec: { interval: '1m' },
    ...fields,
  })
const condition = (type: string, status: string, message = '') => ({
  ...{ type, status, message, reason: 'R' },
  ...{ lastTransitionTime: '2026-01-01T00:00:00Z', observedGeneration: 3 },
})
const ready = { observedGeneration: 3, conditions: [condition('Ready', 'True')], revision: 'main@sha1:1' }

it('stays suspended in the member where it is, whatever the template says', () => {
  const observed = object({ spec: { suspend: true } })
  expect(kind.retain?.(object(), observed)['spec']).toEqual({ interval: '1m', suspend: true })
  const plain = object()
  expect(kind.retain?.(plain, object())).toBe(plain)
})

it.each([
  { name: 'ready', status: ready, want: true },
  { name: 'not seen yet', status: { ...ready, observedGeneration: 2 }, want: false },
  { name: 'progressing', status: { ...ready, conditions: [condition('Ready', 'Unknown')] }, want: false },
  { name: 'failed', status: { ...ready, conditions: [condition('Ready', 'False')] }, want: false },
  {
    name: 'stalled',
    status: { ...ready, conditions: [condition('Ready', 'True'), condition('Stalled', 'True')] },
    want: false,
  },
  { name: 'without status', status: undefined, want: false },
])('health: $name', ({ status, want }) => expect(kind.isHealthy?.(object({ status }))).toBe(want))

it('reflects conditions, its fields and the generations', () =>
  expect(kind.reflectStatus?.(object({ status: { ...ready, other: 1 } }))).toEqual({
    ...ready,
    generation: 3,
    resourceTemplateGeneration: 3,
  }))

describe('over clusters', () => {
  const reflected = kind.reflectStatus?.(object({ status: ready }))
  it('is ready where all are', () =>
    expect(kind.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']).toEqual(ready))

  it('is not where one is not, and says which', () => {
    const failed = { ...ready, revision: 'main@sha1:2', conditions: [condition('Ready', 'False', 'no access')] }
    const b = kind.reflectStatus?.(object({ status: failed }))
    expect(kind.aggregateStatus?.(object(), reports({ a: reflected, b }))['status']).toEqual({
      observedGeneration: 3,
      conditions: [condition('Ready', 'False', 'no access')],
    })
  })

  it('waits for the latest generation everywhere', () => {
    const late = { ...reflected, resourceTemplateGeneration: 2 }
    const before = object({ status: { observedGeneration: 2 } })
    expect(kind.aggregateStatus?.(before, reports({ a: reflected, b: late }))['status']).toMatchObject({
      observedGeneration: 2,
      conditions: [{ observedGeneration: 2 }],
    })
  })
})

describe('a reference to a source', () => {
  const GROUP = 'source.toolkit.fluxcd.io'
  it.each([
    {
      name: 'of its namespace',
      reference: { kind: 'GitRepository', name: 'a' },
      apiVersion: `${GROUP}/v1`,
      namespace: 'default',
    },
    {
      name: 'of another',
      reference: { kind: 'Bucket', name: 'a', namespace: 'b' },
      apiVersion: `${GROUP}/v1beta2`,
      namespace: 'b',
    },
    {
      name: 'of a version',
      reference: { apiVersion: `${GROUP}/v1`, kind: 'HelmRepository', name: 'a' },
      apiVersion: `${GROUP}/v1`,
      namespace: 'default',
    },
  ])('$name', ({ reference, apiVersion, namespace }) =>
    expect(sourceReference(object(), reference)).toEqual([{ apiVersion, kind: reference.kind, namespace, name: 'a' }]),
  )
  it('may be missing', () => expect(sourceReference(object(), undefined)).toEqual([]))
})
