import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { rollout } from './rollout.ts'

const GENERATION = { generation: 2, annotations: { 'resourcetemplate.karmada.io/generation': '2' } }
const says = (type: string, status = 'True', message = '') => ({
  type,
  status,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (status?: object, more = {}) =>
  frozenObject('argoproj.io/v1alpha1 Rollout', {
    metadata: GENERATION,
    spec: {
      replicas: 5,
      template: {
        spec: { serviceAccountName: 'web', containers: [{ name: 'web', resources: { requests: { cpu: '50m' } } }] },
      },
      strategy: {
        canary: {
          canaryService: 'web-canary',
          stableService: 'web-stable',
          steps: [
            { setWeight: 20 },
            {
              analysis: {
                templates: [{ templateName: 'success-rate' }, { templateName: 'latency', clusterScope: true }],
              },
            },
          ],
        },
      },
      ...more,
    },
    ...(status && { status }),
  })
const counters = { replicas: 5, readyReplicas: 5, availableReplicas: 5, updatedReplicas: 5, HPAReplicas: 5 }
const healthy = {
  ...counters,
  observedGeneration: '2',
  phase: 'Healthy',
  currentPodHash: 'a',
  stableRS: 'a',
  selector: 'app=web',
  conditions: [says('Available')],
}
const needs = (template: ReturnType<typeof object>) =>
  rollout.getDependencies?.(template)?.map(({ kind, name }) => `${kind} ${name}`)

it('has replicas', () => {
  expect(rollout.getReplicas?.(object())).toEqual({ replicas: 5, requirements: { resourceRequest: { cpu: '50m' } } })
  expect(rollout.reviseReplicas?.(object(), 2)).toMatchObject({ spec: { replicas: 2 } })
})

it('needs its Services, what it measures by and what its pods need', () =>
  expect(needs(object())).toEqual([
    'AnalysisTemplate success-rate',
    'ClusterAnalysisTemplate latency',
    'Service web-canary',
    'Service web-stable',
    'ServiceAccount web',
  ]))

it('needs the workload whose template it takes', () =>
  expect(
    needs(
      object(undefined, {
        template: undefined,
        strategy: {},
        workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      }),
    ),
  ).toEqual(['Deployment web']))

it.each([
  { name: 'healthy', change: {}, want: true },
  { name: 'progressing', change: { phase: 'Progressing' }, want: false },
  { name: 'degraded', change: { phase: 'Degraded' }, want: false },
  { name: 'not seen yet', change: { observedGeneration: '1' }, want: false },
])('health: $name', ({ change, want }) => expect(rollout.isHealthy?.(object({ ...healthy, ...change }))).toBe(want))

it('sums over clusters, in the phase of the worst, with its generation as text', () => {
  const a = rollout.reflectStatus?.(object({ ...healthy, canary: {} }))
  expect(a).toEqual({ ...healthy, generation: 2, resourceTemplateGeneration: 2 })
  const doubled = Object.fromEntries(Object.keys(counters).map(name => [name, 10]))
  expect(rollout.aggregateStatus?.(object(), reports({ a, b: a }))['status']).toEqual({ ...healthy, ...doubled })
  const b = { ...a, phase: 'Degraded', message: 'timed out', resourceTemplateGeneration: 1, currentPodHash: 'b' }
  const status = rollout.aggregateStatus?.(object({ observedGeneration: '1' }), reports({ a, b }))['status']
  expect(status).toMatchObject({ phase: 'Degraded', message: 'timed out', observedGeneration: '1' })
  expect(status).not.toHaveProperty('currentPodHash')
})

it.each([
  ['an integer beyond 2^53', JSON.rawJSON('9007199254740993')],
  ['no number', 'latest'],
  ['an object without text', { toString: 1 }],
])('has members report a generation that is %s', (_name, observedGeneration) => {
  const merged = rollout.aggregateStatus?.(object(), reports({ member1: { ...healthy, observedGeneration } }))
  expect(merged?.['status']).toMatchObject({ readyReplicas: 5, observedGeneration: expect.stringMatching(/^\d+$/) })
})
