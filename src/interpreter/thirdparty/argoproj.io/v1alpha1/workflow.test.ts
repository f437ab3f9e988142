import { expect, it } from '@jest/globals'
import { frozenObject } from '../../../../testing/frozen-object.ts'
import { workflow } from './workflow.ts'

const object = (spec: object = {}, status?: object) =>
  frozenObject('argoproj.io/v1alpha1 Workflow', {
    spec: { entrypoint: 'main', templates: [{ name: 'main', container: { image: 'busybox' } }], ...spec },
    ...(status && { status }),
  })
const needs = (spec: object) => workflow.getDependencies?.(object(spec))?.map(({ kind, name }) => `${kind} ${name}`)

it('runs as many pods side by side as its parallelism says', () => {
  expect(workflow.getReplicas?.(object())).toEqual({ replicas: 1 })
  expect(workflow.getReplicas?.(object({ parallelism: 4, nodeSelector: { disk: 'ssd' } }))).toEqual({
    replicas: 4,
    requirements: { nodeClaim: { nodeSelector: { disk: 'ssd' } } },
  })
  expect(workflow.reviseReplicas?.(object({ parallelism: 4 }), 2)).toMatchObject({ spec: { parallelism: 2 } })
  const unlimited = object()
  expect(workflow.reviseReplicas?.(unlimited, 2)).toBe(unlimited)
})

it('stays suspended, or resumed, as it is in the member', () => {
  expect(workflow.retain?.(object({ suspend: false }), object({ suspend: true }))).toMatchObject({
    spec: { suspend: true },
  })
  const plain = object()
  expect(workflow.retain?.(plain, object())).toBe(plain)
})

it.each([
  ['', false],
  ['Pending', false],
  ['Running', true],
  ['Succeeded', true],
  ['Failed', false],
  ['Error', false],
])('health: "%s"', (phase, want) => expect(workflow.isHealthy?.(object({}, { phase }))).toBe(want))

it.each([
  { name: 'nothing', spec: {}, want: [] },
  {
    name: 'what its spec names',
    spec: {
      serviceAccountName: 'runner',
      imagePullSecrets: [{ name: 'login' }],
      volumes: [{ name: 'work', persistentVolumeClaim: { claimName: 'work' } }],
      artifactRepositoryRef: { configMap: 'artifacts', key: 'main' },
      arguments: { parameters: [{ name: 'a', valueFrom: { configMapKeyRef: { name: 'parameters', key: 'a' } } }] },
    },
    want: [
      'ConfigMap artifacts',
      'ConfigMap parameters',
      'PersistentVolumeClaim work',
      'Secret login',
      'ServiceAccount runner',
    ],
  },
  {
    name: 'what its steps read',
    spec: {
      templates: [
        { name: 'a', container: { envFrom: [{ secretRef: { name: 'keys' } }] } },
        {
          name: 'b',
          serviceAccountName: 'builder',
          script: { env: [{ valueFrom: { configMapKeyRef: { name: 'x' } } }] },
        },
        {
          name: 'c',
          volumes: [{ configMap: { name: 'files' } }],
          sidecars: [{ envFrom: [{ configMapRef: { name: 'y' } }] }],
        },
      ],
    },
    want: ['ConfigMap files', 'ConfigMap x', 'ConfigMap y', 'Secret keys', 'ServiceAccount builder'],
  },
  { name: 'its template', spec: { workflowTemplateRef: { name: 'build' } }, want: ['WorkflowTemplate build'] },
  {
    name: 'its template of the cluster',
    spec: { workflowTemplateRef: { name: 'build', clusterScope: true } },
    want: ['ClusterWorkflowTemplate build'],
  },
])('needs $name', ({ spec, want }) => expect(needs(spec)).toEqual(want))
