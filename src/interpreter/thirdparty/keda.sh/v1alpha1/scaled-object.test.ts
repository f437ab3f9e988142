import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { scaledObject } from './scaled-object.ts'

const says = (type: string, status = 'True', message = '') => ({ type, status, message, reason: 'R' })
const object = (status?: object) =>
  frozenObject('keda.sh/v1alpha1 ScaledObject', {
    spec: {
      scaleTargetRef: { name: 'web' },
      triggers: [
        { type: 'kafka', metadata: {}, authenticationRef: { name: 'login' } },
        {
          type: 'aws-sqs-queue',
          metadata: {},
          authenticationRef: { name: 'aws', kind: 'ClusterTriggerAuthentication' },
        },
        { type: 'cron', metadata: {} },
      ],
    },
    ...(status && { status }),
  })
const ready = {
  conditions: [says('Ready'), says('Active', 'False')],
  hpaName: 'keda-hpa-web',
  lastActiveTime: '2026-01-01T00:00:00Z',
}

it('needs what its triggers log in with', () =>
  expect(scaledObject.getDependencies?.(object())).toEqual([
    { apiVersion: 'keda.sh/v1alpha1', kind: 'ClusterTriggerAuthentication', name: 'aws' },
    { apiVersion: 'keda.sh/v1alpha1', kind: 'TriggerAuthentication', namespace: 'default', name: 'login' },
  ]))

it.each([
  { name: 'ready', status: ready, want: true },
  { name: 'progressing', status: { conditions: [says('Ready', 'Unknown')] }, want: false },
  { name: 'failed', status: { conditions: [says('Ready', 'False')] }, want: false },
])('health: $name', ({ status, want }) => expect(scaledObject.isHealthy?.(object(status))).toBe(want))

it('is ready when it is in all clusters, and active when it is in one', () => {
  const b = {
    conditions: [says('Ready', 'False', 'no broker'), says('Active')],
    hpaName: 'keda-hpa-web',
    lastActiveTime: '2026-01-02T00:00:00Z',
  }
  expect(scaledObject.aggregateStatus?.(object(), reports({ a: ready, b }))['status']).toMatchObject({
    conditions: [says('Ready', 'False', 'no broker'), says('Active')],
    hpaName: 'keda-hpa-web',
    lastActiveTime: '2026-01-02T00:00:00Z',
  })
})
