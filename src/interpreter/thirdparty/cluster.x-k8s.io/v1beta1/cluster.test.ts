import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { clusterApiCluster } from './cluster.ts'

const GENERATION = { generation: 2, annotations: { 'resourcetemplate.karmada.io/generation': '2' } }
const says = (type: string, status = 'True', message = '') => ({
  type,
  status,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (status?: object, more = {}) =>
  frozenObject('cluster.x-k8s.io/v1beta1 Cluster', {
    metadata: GENERATION,
    spec: {
      infrastructureRef: { apiVersion: 'infrastructure.cluster.x-k8s.io/v1beta1', kind: 'DockerCluster', name: 'dev' },
      controlPlaneRef: {
        apiVersion: 'controlplane.cluster.x-k8s.io/v1beta1',
        kind: 'KubeadmControlPlane',
        name: 'dev',
        namespace: 'default',
      },
      ...more,
    },
    ...(status && { status }),
  })
const provisioned = {
  observedGeneration: 2,
  phase: 'Provisioned',
  infrastructureReady: true,
  controlPlaneReady: true,
  conditions: [says('Ready')],
}
const needs = (template: ReturnType<typeof object>) =>
  clusterApiCluster.getDependencies?.(template)?.map(({ kind, name }) => `${kind} ${name}`)

it('needs its infrastructure and its control plane', () =>
  expect(needs(object())).toEqual(['KubeadmControlPlane dev', 'DockerCluster dev']))

it('keeps where its API is', () => {
  const controlPlaneEndpoint = { host: '10.0.0.1', port: 6443 }
  const desired = object(undefined, { controlPlaneEndpoint: { host: '', port: 0 } })
  expect(clusterApiCluster.retain?.(desired, object(undefined, { controlPlaneEndpoint }))).toMatchObject({
    spec: { controlPlaneEndpoint },
  })
  expect(clusterApiCluster.retain?.(desired, object())).toBe(desired)
})

it.each([
  { name: 'provisioned', change: {}, want: true },
  { name: 'progressing', change: { phase: 'Provisioning' }, want: false },
  { name: 'without control plane', change: { controlPlaneReady: false }, want: false },
  { name: 'failed', change: { phase: 'Failed' }, want: false },
  { name: 'not seen yet', change: { observedGeneration: 1 }, want: false },
])('health: $name', ({ change, want }) =>
  expect(clusterApiCluster.isHealthy?.(object({ ...provisioned, ...change }))).toBe(want),
)

it('is provisioned when it is in all clusters', () => {
  const a = clusterApiCluster.reflectStatus?.(object(provisioned))
  expect(clusterApiCluster.aggregateStatus?.(object(), reports({ a, b: a }))['status']).toEqual(provisioned)
  const b = {
    ...a,
    phase: 'Failed',
    failureMessage: 'no quota',
    controlPlaneReady: false,
    conditions: [says('Ready', 'False')],
  }
  expect(clusterApiCluster.aggregateStatus?.(object(), reports({ a, b }))['status']).toEqual({
    observedGeneration: 2,
    phase: 'Failed',
    failureMessage: 'no quota',
    infrastructureReady: true,
    conditions: [says('Ready', 'False')],
  })
})
