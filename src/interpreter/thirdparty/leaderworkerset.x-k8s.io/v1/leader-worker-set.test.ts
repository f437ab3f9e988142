import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { leaderWorkerSet } from './leader-worker-set.ts'

const says = (type: string, status = 'True') => ({
  type,
  status,
  reason: 'R',
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (status?: object) =>
  frozenObject('leaderworkerset.x-k8s.io/v1 LeaderWorkerSet', {
    spec: {
      replicas: 2,
      leaderWorkerTemplate: {
        size: 4,
        leaderTemplate: { spec: { containers: [{ name: 'leader', resources: { requests: { cpu: '4' } } }] } },
        workerTemplate: {
          spec: {
            containers: [
              {
                name: 'worker',
                resources: { limits: { cpu: '1', 'nvidia.com/gpu': '8' } },
                envFrom: [{ configMapRef: { name: 'model' } }],
              },
            ],
          },
        },
      },
    },
    ...(status && { status }),
  })
const available = {
  replicas: 2,
  readyReplicas: 2,
  updatedReplicas: 2,
  conditions: [says('Available')],
  hpaPodSelector: 'a=b',
}

it('has groups for replicas, which count as their largest pod', () => {
  const requirements = { resourceRequest: { cpu: '4', 'nvidia.com/gpu': '8' } }
  expect(leaderWorkerSet.getReplicas?.(object())).toEqual({ replicas: 2, requirements })
  expect(leaderWorkerSet.reviseReplicas?.(object(), 1)).toMatchObject({ spec: { replicas: 1 } })
})

it('needs what its pods need', () =>
  expect(leaderWorkerSet.getDependencies?.(object())).toMatchObject([{ kind: 'ConfigMap', name: 'model' }]))

it.each([
  { name: 'available', change: {}, want: true },
  { name: 'progressing', change: { updatedReplicas: 1 }, want: false },
  { name: 'failing', change: { readyReplicas: 1 }, want: false },
  { name: 'not available', change: { conditions: [says('Progressing')] }, want: false },
])('health: $name', ({ change, want }) =>
  expect(leaderWorkerSet.isHealthy?.(object({ ...available, ...change }))).toBe(want),
)

it('sums over clusters', () => {
  const b = {
    replicas: 1,
    readyReplicas: 0,
    updatedReplicas: 1,
    conditions: [says('Available', 'False'), says('Progressing')],
    hpaPodSelector: 'a=b',
  }
  expect(leaderWorkerSet.aggregateStatus?.(object(), reports({ a: available, b }))['status']).toEqual({
    replicas: 3,
    readyReplicas: 2,
    updatedReplicas: 3,
    conditions: [says('Available', 'False'), says('Progressing')],
    hpaPodSelector: 'a=b',
  })
})
