import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { postgresCluster } from './cluster.ts'

const says = (type: string, status = 'True') => ({
  type,
  status,
  reason: 'R',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (status?: object) =>
  frozenObject('postgresql.cnpg.io/v1 Cluster', {
    spec: {
      instances: 3,
      storage: { size: '10Gi' },
      resources: { requests: { cpu: '1', memory: '2Gi' } },
      affinity: { nodeSelector: { disk: 'ssd' } },
      superuserSecret: { name: 'superuser' },
      bootstrap: { initdb: { database: 'app', secret: { name: 'app' } } },
      backup: {
        barmanObjectStore: {
          s3Credentials: { accessKeyId: { name: 's3', key: 'a' }, secretAccessKey: { name: 's3', key: 'b' } },
        },
      },
      managed: { roles: [{ name: 'reader', passwordSecret: { name: 'reader' } }] },
    },
    ...(status && { status }),
  })
const healthy = {
  instances: 3,
  readyInstances: 3,
  phase: 'Cluster in healthy state',
  currentPrimary: 'pg-1',
  conditions: [says('Ready')],
}
const needs = (template: ReturnType<typeof object>) =>
  postgresCluster.getDependencies?.(template)?.map(({ kind, name }) => `${kind} ${name}`)

it('is one component: its instances stay together', () =>
  expect(postgresCluster.getComponents?.(object())).toEqual([
    {
      name: 'postgres',
      replicas: 3,
      replicaRequirements: {
        nodeClaim: { nodeSelector: { disk: 'ssd' } },
        resourceRequest: { cpu: '1', memory: '2Gi' },
      },
    },
  ]))

it('needs its Secrets, each once', () =>
  expect(needs(object())).toEqual(['Secret app', 'Secret reader', 'Secret s3', 'Secret superuser']))

it.each([
  { name: 'healthy', status: healthy, want: true },
  { name: 'progressing', status: { ...healthy, readyInstances: 2 }, want: false },
  { name: 'failed', status: { ...healthy, conditions: [says('Ready', 'False')] }, want: false },
])('health: $name', ({ status, want }) => expect(postgresCluster.isHealthy?.(object(status))).toBe(want))

it('sums over clusters, in the phase of the one that is not well', () => {
  const b = {
    ...healthy,
    readyInstances: 1,
    phase: 'Failing over',
    phaseReason: 'pg-1 is gone',
    conditions: [says('Ready', 'False')],
  }
  expect(postgresCluster.aggregateStatus?.(object(), reports({ a: healthy, b }))['status']).toEqual({
    instances: 6,
    readyInstances: 4,
    phase: 'Failing over',
    phaseReason: 'pg-1 is gone',
    currentPrimary: 'pg-1',
    conditions: [says('Ready', 'False')],
  })
})
