import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { notebook } from './notebook.ts'

const object = (fields = {}) =>
  frozenObject('kubeflow.org/v1 Notebook', {
    metadata: { name: 'lab' },
    spec: {
      template: { spec: { containers: [{ name: 'lab', resources: { requests: { cpu: '500m', memory: '1Gi' } } }] } },
    },
    ...fields,
  })
const ready = {
  conditions: [{ type: 'Ready', status: 'True', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  readyReplicas: 1,
  containerState: { running: { startedAt: '2026-01-01T00:00:00Z' } },
}

it('is one pod', () =>
  expect(notebook.getReplicas?.(object())).toEqual({
    replicas: 1,
    requirements: { resourceRequest: { cpu: '500m', memory: '1Gi' } },
  }))

it.each([
  { name: 'ready', fields: { status: ready }, want: true },
  { name: 'progressing', fields: { status: { readyReplicas: 0, containerState: { waiting: {} } } }, want: false },
  {
    name: 'put to sleep',
    fields: { metadata: { annotations: { 'kubeflow-resource-stopped': '2026-01-01T00:00:00Z' } }, status: {} },
    want: true,
  },
])('health: $name', ({ fields, want }) => expect(notebook.isHealthy?.(object(fields))).toBe(want))

it('reflects what users see', () =>
  expect(notebook.reflectStatus?.(object({ status: { ...ready, other: 1 } }))).toEqual({
    ...ready,
    generation: 0,
    resourceTemplateGeneration: 0,
  }))

it('shows the cluster in which it does not run', () => {
  const waiting = { waiting: { reason: 'ImagePullBackOff' } }
  const b = {
    conditions: [{ type: 'Ready', status: 'False', message: 'no image' }],
    readyReplicas: 0,
    containerState: waiting,
  }
  expect(notebook.aggregateStatus?.(object(), reports({ a: ready, b }))['status']).toEqual({
    conditions: [{ type: 'Ready', status: 'False', message: 'no image' }],
    readyReplicas: 1,
    containerState: waiting,
  })
})

it('has all that its schema asks for, also without clusters', () =>
  expect(notebook.aggregateStatus?.(object(), [])['status']).toEqual({
    conditions: [],
    readyReplicas: 0,
    containerState: {},
  }))
