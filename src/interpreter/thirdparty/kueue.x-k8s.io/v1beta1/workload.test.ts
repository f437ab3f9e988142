import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { kueueWorkload } from './workload.ts'

const says = (type: string, status = 'True', reason = 'R') => ({
  type,
  status,
  reason,
  message: '',
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (...conditions: object[]) =>
  frozenObject('kueue.x-k8s.io/v1beta1 Workload', {
    spec: {
      queueName: 'team',
      podSets: [
        {
          name: 'main',
          count: 3,
          template: {
            spec: {
              imagePullSecrets: [{ name: 'login' }],
              containers: [{ name: 'c', resources: { requests: { cpu: '1' } } }],
            },
          },
        },
      ],
    },
    status: { conditions },
  })

it('has a component for each set of pods', () =>
  expect(kueueWorkload.getComponents?.(object())).toEqual([
    { name: 'main', replicas: 3, replicaRequirements: { resourceRequest: { cpu: '1' } } },
  ]))

it('needs what its pods need', () =>
  expect(kueueWorkload.getDependencies?.(object())).toMatchObject([{ kind: 'Secret', name: 'login' }]))

it.each([
  { name: 'waiting', conditions: [says('QuotaReserved', 'False')], want: false },
  { name: 'admitted', conditions: [says('QuotaReserved'), says('Admitted')], want: true },
  { name: 'evicted', conditions: [says('Admitted'), says('Evicted')], want: false },
  { name: 'finished', conditions: [says('Admitted'), says('Finished', 'True', 'Succeeded')], want: true },
  { name: 'failed', conditions: [says('Admitted'), says('Finished', 'True', 'Failed')], want: false },
])('health: $name', ({ conditions, want }) => expect(kueueWorkload.isHealthy?.(object(...conditions))).toBe(want))

it('is admitted when it is in all clusters, and evicted when it is in one', () =>
  expect(
    kueueWorkload.aggregateStatus?.(
      object(),
      reports({
        a: { conditions: [says('Admitted')] },
        b: { conditions: [says('Admitted', 'False'), says('Evicted')] },
      }),
    )['status'],
  ).toEqual({ conditions: [says('Admitted', 'False'), says('Evicted')] }))
