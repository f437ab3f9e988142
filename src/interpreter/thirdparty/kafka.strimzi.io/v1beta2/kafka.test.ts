import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { kafka } from './kafka.ts'

const GENERATION = { generation: 2, annotations: { 'resourcetemplate.karmada.io/generation': '2' } }
const says = (type: string, status = 'True', message = '') => ({
  type,
  status,
  message,
  lastTransitionTime: '2026-01-01T00:00:00Z',
})
const object = (status?: object) =>
  frozenObject('kafka.strimzi.io/v1beta2 Kafka', {
    metadata: GENERATION,
    spec: {
      kafka: {
        replicas: 3,
        resources: { requests: { memory: '8Gi' } },
        listeners: [
          { name: 'tls', configuration: { brokerCertChainAndKey: { secretName: 'cert', certificate: 'c', key: 'k' } } },
        ],
        metricsConfig: { type: 'jmxPrometheusExporter', valueFrom: { configMapKeyRef: { name: 'metrics', key: 'k' } } },
        template: { pod: { priorityClassName: 'high' } },
      },
      zookeeper: { replicas: 1 },
      entityOperator: {},
    },
    ...(status && { status }),
  })
const ready = { observedGeneration: 2, conditions: [says('Ready')], kafkaVersion: '3.7.0' }
const needs = (template: ReturnType<typeof object>) =>
  kafka.getDependencies?.(template)?.map(({ kind, name }) => `${kind} ${name}`)

it('has a component for brokers and for ZooKeeper', () =>
  expect(kafka.getComponents?.(object())).toEqual([
    {
      name: 'kafka',
      replicas: 3,
      replicaRequirements: { resourceRequest: { memory: '8Gi' }, priorityClassName: 'high' },
    },
    { name: 'zookeeper', replicas: 1 },
  ]))

it('needs its certificates and what metrics are made by', () =>
  expect(needs(object())).toEqual(['ConfigMap metrics', 'Secret cert']))

it.each([
  { name: 'ready', status: ready, want: true },
  { name: 'progressing', status: { ...ready, observedGeneration: 1 }, want: false },
  { name: 'failed', status: { ...ready, conditions: [says('NotReady')] }, want: false },
])('health: $name', ({ status, want }) => expect(kafka.isHealthy?.(object(status))).toBe(want))

it('is ready when it is in all clusters', () => {
  const a = kafka.reflectStatus?.(object({ ...ready, clusterId: 'x' }))
  expect(a).toEqual({ ...ready, clusterId: 'x', generation: 2, resourceTemplateGeneration: 2 })
  expect(kafka.aggregateStatus?.(object(), reports({ a, b: a }))['status']).toEqual(ready)
  const b = { ...a, conditions: [says('NotReady', 'True', 'no storage')] }
  expect(kafka.aggregateStatus?.(object(), reports({ a, b }))['status']).toMatchObject({
    conditions: [says('Ready', 'Unknown'), says('NotReady', 'True', 'no storage')],
  })
})
