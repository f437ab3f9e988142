import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { cloneSet } from './clone-set.ts'

const template = (fields = {}) =>
  frozenObject('apps.kruise.io/v1alpha1 CloneSet', {
    metadata: { name: 'sample', generation: 2, annotations: { 'resourcetemplate.karmada.io/generation': '2' } },
    spec: {
      replicas: 5,
      selector: { matchLabels: { app: 'sample' } },
      updateStrategy: { type: 'InPlaceIfPossible', maxUnavailable: '20%' },
      volumeClaimTemplates: [{ metadata: { name: 'data' } }],
      template: {
        spec: {
          containers: [
            {
              name: 'nginx',
              resources: { requests: { cpu: '100m' } },
              envFrom: [{ configMapRef: { name: 'settings' } }],
            },
          ],
          volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
        },
      },
    },
    ...fields,
  })
const rolledOut = {
  observedGeneration: 2,
  replicas: 5,
  readyReplicas: 5,
  availableReplicas: 5,
  updatedReplicas: 5,
  updatedReadyReplicas: 5,
  updatedAvailableReplicas: 5,
  expectedUpdatedReplicas: 5,
  currentRevision: 'sample-d4d4fb5bd',
  updateRevision: 'sample-d4d4fb5bd',
  labelSelector: 'app=sample',
}

it('has replicas, and knows what each needs', () => {
  expect(cloneSet.getReplicas?.(template())).toEqual({
    replicas: 5,
    requirements: { resourceRequest: { cpu: '100m' } },
  })
  expect(cloneSet.getReplicas?.(frozenObject('apps.kruise.io/v1alpha1 CloneSet'))).toEqual({ replicas: 1 })
  expect(cloneSet.reviseReplicas?.(template(), 3)).toMatchObject({ spec: { replicas: 3, selector: {} } })
})

it('needs what its pods need, but not the claims that it makes itself', () =>
  expect(cloneSet.getDependencies?.(template())).toEqual([
    { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' },
  ]))

it.each([
  { name: 'rolled out', status: rolledOut, want: true },
  {
    name: 'held back by a partition',
    status: { ...rolledOut, updatedReplicas: 2, expectedUpdatedReplicas: 2 },
    want: true,
  },
  { name: 'progressing', status: { ...rolledOut, updatedReplicas: 3 }, want: false },
  { name: 'failing', status: { ...rolledOut, availableReplicas: 4 }, want: false },
  { name: 'not seen yet', status: { ...rolledOut, observedGeneration: 1 }, want: false },
  { name: 'without status', status: undefined, want: false },
])('health: $name', ({ status, want }) => expect(cloneSet.isHealthy?.(template({ status }))).toBe(want))

it('reflects counters, revisions and generations', () => {
  const status = { ...rolledOut, conditions: [{ type: 'FailedScale' }] }
  expect(cloneSet.reflectStatus?.(template({ status }))).toEqual({
    ...rolledOut,
    generation: 2,
    resourceTemplateGeneration: 2,
  })
  expect(cloneSet.reflectStatus?.(template())).toBeUndefined()
})

it('sums over clusters, and keeps revisions in which they agree', () => {
  const current = { generation: 2, resourceTemplateGeneration: 2 }
  const b = { ...rolledOut, ...current, readyReplicas: 0, updateRevision: 'other' }
  const aggregated = cloneSet.aggregateStatus?.(template(), reports({ a: { ...rolledOut, ...current }, b }))
  expect(aggregated?.['status']).toEqual({
    observedGeneration: 2,
    replicas: 10,
    readyReplicas: 5,
    availableReplicas: 10,
    updatedReplicas: 10,
    updatedReadyReplicas: 10,
    updatedAvailableReplicas: 10,
    expectedUpdatedReplicas: 10,
    currentRevision: 'sample-d4d4fb5bd',
    labelSelector: 'app=sample',
  })
})

it('writes counters of 0, which its schema asks for', () =>
  expect(cloneSet.aggregateStatus?.(template(), [])['status']).toMatchObject({ replicas: 0, readyReplicas: 0 }))
