import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { clusterPolicy } from './cluster-policy.ts'

const object = (status?: object) =>
  frozenObject('kyverno.io/v1 ClusterPolicy', {
    metadata: { name: 'require-labels' },
    spec: { validationFailureAction: 'Audit', rules: [{ name: 'check', validate: { message: 'label is needed' } }] },
    ...(status && { status }),
  })
const ready = {
  autogen: {},
  conditions: [
    {
      type: 'Ready',
      status: 'True',
      reason: 'Succeeded',
      message: 'Ready',
      lastTransitionTime: '2026-01-01T00:00:00Z',
    },
  ],
  ready: true,
  rulecount: { generate: 0, mutate: 0, validate: 1, verifyimages: 0 },
  validatingadmissionpolicy: { generated: false, message: '' },
}
const failed = {
  ...ready,
  ready: false,
  conditions: [{ ...ready.conditions[0], status: 'False', message: 'no webhook' }],
}

it.each([
  { name: 'ready', status: ready, want: true },
  { name: 'ready by the flag of older versions', status: { ready: true }, want: true },
  { name: 'progressing', status: {}, want: false },
  { name: 'failed', status: failed, want: false },
])('health: $name', ({ status, want }) => expect(clusterPolicy.isHealthy?.(object(status))).toBe(want))

it('reflects its status', () =>
  expect(clusterPolicy.reflectStatus?.(object({ ...ready, other: 1 }))).toEqual({
    ...ready,
    generation: 0,
    resourceTemplateGeneration: 0,
  }))

it('is ready when it is in all clusters', () => {
  expect(clusterPolicy.aggregateStatus?.(object(), reports({ a: ready, b: ready }))['status']).toEqual(ready)
  expect(clusterPolicy.aggregateStatus?.(object(), reports({ a: ready, b: failed }))['status']).toEqual(failed)
})

it('says nothing before any cluster does', () => {
  const template = object()
  expect(clusterPolicy.aggregateStatus?.(template, reports({ a: undefined }))).toBe(template)
})

it('has no flag where the members have none', () => {
  const { ready: _, ...newer } = ready
  expect(clusterPolicy.aggregateStatus?.(object(), reports({ a: newer, b: newer }))['status']).toEqual(newer)
})
