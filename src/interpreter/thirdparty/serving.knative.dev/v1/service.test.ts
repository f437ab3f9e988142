import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { knativeService } from './service.ts'

const GENERATION = { generation: 2, annotations: { 'resourcetemplate.karmada.io/generation': '2' } }
const says = (type: string, status = 'True', message = '') => ({
  type,
  status,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (fields: object = {}) =>
  frozenObject('serving.knative.dev/v1 Service', {
    metadata: GENERATION,
    spec: {
      template: {
        spec: { containerConcurrency: 10, containers: [{ image: 'hello', envFrom: [{ secretRef: { name: 'key' } }] }] },
      },
    },
    ...fields,
  })
const ready = {
  observedGeneration: 2,
  conditions: [says('ConfigurationsReady'), says('Ready'), says('RoutesReady')],
  url: 'http://hello.example.com',
  latestReadyRevisionName: 'hello-1',
}
const needs = (template: ReturnType<typeof object>) =>
  knativeService.getDependencies?.(template)?.map(({ kind, name }) => `${kind} ${name}`)

it('needs what its pods need', () => expect(needs(object())).toEqual(['Secret key']))

it('keeps who made it in the member, which may not change', () => {
  const annotations = { 'serving.knative.dev/creator': 'operator', 'serving.knative.dev/lastModifier': 'operator' }
  const observed = object({ metadata: { annotations: { ...annotations, other: 'x' } } })
  expect(knativeService.retain?.(object({ metadata: {} }), observed).metadata.annotations).toEqual(annotations)
})

it.each([
  { name: 'ready', status: ready, want: true },
  { name: 'progressing', status: { ...ready, conditions: [says('Ready', 'Unknown')] }, want: false },
  { name: 'failed', status: { ...ready, conditions: [says('Ready', 'False')] }, want: false },
  { name: 'not seen yet', status: { ...ready, observedGeneration: 1 }, want: false },
])('health: $name', ({ status, want }) => expect(knativeService.isHealthy?.(object({ status }))).toBe(want))

it('is ready when it is in all clusters', () => {
  const a = knativeService.reflectStatus?.(object({ status: ready }))
  expect(knativeService.aggregateStatus?.(object(), reports({ a, b: a }))['status']).toEqual(ready)
  const b = { ...a, url: 'http://hello.other.com', conditions: [says('Ready', 'False', 'no image')] }
  const status = knativeService.aggregateStatus?.(object(), reports({ a, b }))['status']
  expect(status).toMatchObject({ conditions: expect.arrayContaining([says('Ready', 'False', 'no image')]) })
  expect(status).not.toHaveProperty('url')
})
