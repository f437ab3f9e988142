import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { unitedDeployment } from './united-deployment.ts'

const template = (fields = {}) =>
  frozenObject('apps.kruise.io/v1alpha1 UnitedDeployment', {
    metadata: { name: 'sample-ud', generation: 3, annotations: { 'resourcetemplate.karmada.io/generation': '3' } },
    spec: {
      replicas: 6,
      selector: { matchLabels: { app: 'sample' } },
      template: {
        cloneSetTemplate: {
          metadata: { labels: { app: 'sample' } },
          spec: {
            template: {
              spec: {
                containers: [{ name: 'nginx', resources: { requests: { memory: '64Mi' } } }],
                imagePullSecrets: [{ name: 'registry' }],
              },
            },
          },
        },
      },
      topology: { subsets: [{ name: 'a', replicas: 1 }, { name: 'b', replicas: '50%' }, { name: 'c' }] },
    },
    ...fields,
  })
const status = {
  observedGeneration: 3,
  replicas: 6,
  readyReplicas: 6,
  updatedReplicas: 6,
  updatedReadyReplicas: 6,
  currentRevision: 'sample-ud-1',
  subsetReplicas: { a: 1, b: 3, c: 2 },
}

it('has replicas, and knows what each needs by the template of its subsets', () => {
  const requirements = { resourceRequest: { memory: '64Mi' } }
  expect(unitedDeployment.getReplicas?.(template())).toEqual({ replicas: 6, requirements })
  expect(unitedDeployment.reviseReplicas?.(template(), 2)).toMatchObject({ spec: { replicas: 2 } })
})

it('needs what its pods need', () =>
  expect(unitedDeployment.getDependencies?.(template())).toEqual([
    { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'registry' },
  ]))

it.each([
  { name: 'rolled out', change: {}, want: true },
  { name: 'progressing', change: { updatedReplicas: 5 }, want: false },
  { name: 'failing', change: { readyReplicas: 5 }, want: false },
  { name: 'not seen yet', change: { observedGeneration: 2 }, want: false },
])('health: $name', ({ change, want }) =>
  expect(unitedDeployment.isHealthy?.(template({ status: { ...status, ...change } }))).toBe(want),
)

it('sums over clusters, by subset too', () => {
  const a = unitedDeployment.reflectStatus?.(template({ status }))
  expect(a).toEqual({ ...status, generation: 3, resourceTemplateGeneration: 3 })
  const b = unitedDeployment.reflectStatus?.(template({ status: { ...status, subsetReplicas: { a: 4, d: 1 } } }))
  expect(unitedDeployment.aggregateStatus?.(template(), reports({ a, b }))['status']).toEqual({
    observedGeneration: 3,
    replicas: 12,
    readyReplicas: 12,
    updatedReplicas: 12,
    updatedReadyReplicas: 12,
    currentRevision: 'sample-ud-1',
    subsetReplicas: { a: 5, b: 3, c: 2, d: 1 },
  })
})

it('reflects nothing before there is a status', () =>
  expect(unitedDeployment.reflectStatus?.(template())).toBeUndefined())
