import { describe, expect, it } from '@jest/globals'
import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { frozenObject } from '../../testing/frozen-object.ts'
import { reconcilingConditions } from './reconciling-condition.ts'

const NOW = '2026-01-01T01:00:00Z'
const healthy = { applied: true, health: 'Healthy' } as const
const partly = { applied: true, health: 'Unhealthy', status: { readyReplicas: 2, updatedReplicas: 1 } } as const

interface Row {
  readonly type?: string
  readonly spec?: object
  readonly conditions?: readonly object[]
  readonly items: readonly Omit<AggregatedStatusItem, 'clusterName'>[]
}

function said({ type = 'apps/v1 StatefulSet', spec = {}, conditions = [], items }: Row): readonly object[] {
  const named = items.map((item, index) => ({ clusterName: `m${index}`, ...item }))
  const [apiVersion = '', kind = ''] = type.split(' ')
  return reconcilingConditions({
    template: frozenObject(type, { metadata: { generation: 1 }, spec, status: { conditions } }),
    binding: {
      spec: {
        resource: { apiVersion, kind, name: 'web' },
        clusters: named.map(({ clusterName }) => ({ name: clusterName, replicas: 2 })),
      },
      status: { aggregatedStatus: named },
    },
    status: { observedGeneration: 1 },
    now: NOW,
  })
}

const reconciling = (reason: string, message: string) => ({
  ...{ type: 'Reconciling', status: 'True', reason, message, lastTransitionTime: NOW },
})
const of1 = [reconciling('RollingOut', 'Not every member has rolled it out yet: m1.')]
const partition = (value: number) => ({
  updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: value } },
})

describe('Reconciling', () => {
  it.each<Row & { name: string; want: readonly object[] }>([
    { name: 'is not there when all have rolled out', items: [healthy, healthy], want: [] },
    { name: 'names who has not', items: [healthy, partly], want: of1 },
    { name: 'names who has not got it', items: [healthy, { appliedMessage: 'quota' }], want: of1 },
    {
      name: 'goes when all have',
      items: [healthy],
      conditions: [reconciling('RollingOut', ''), { type: 'Theirs' }],
      want: [{ type: 'Theirs' }],
    },
    { name: 'asks for what the partition lets be updated', spec: partition(1), items: [healthy, partly], want: [] },
    { name: 'asks for all without a partition', spec: partition(0), items: [healthy, partly], want: of1 },
    {
      name: 'asks for nothing to be updated that its owner updates',
      spec: { updateStrategy: { type: 'OnDelete' } },
      items: [{ ...partly, status: { readyReplicas: 2 } }],
      want: [],
    },
    {
      name: 'asks each DaemonSet for all',
      type: 'apps/v1 DaemonSet',
      spec: { updateStrategy: { type: 'OnDelete' } },
      items: [healthy, partly],
      want: of1,
    },
    {
      name: 'says that no member was chosen',
      items: [],
      want: [reconciling('NotScheduled', 'No member has been chosen for it.')],
    },
    {
      name: 'says whose health is not known',
      items: [healthy, { ...partly, health: 'Unknown' }],
      want: [reconciling('HealthUnknown', 'It is not known how it is in: m1.')],
    },
    {
      name: 'stands beside the Pods that cannot be made',
      type: 'apps/v1 ReplicaSet',
      items: [
        healthy,
        { ...partly, status: { conditions: [{ type: 'ReplicaFailure', status: 'True', message: 'exceeded quota' }] } },
      ],
      want: [
        ...of1,
        {
          type: 'ReplicaFailure',
          status: 'True',
          reason: 'FailedCreate',
          message: 'm1: exceeded quota',
          lastTransitionTime: NOW,
        },
      ],
    },
  ])('$name', ({ want, name: _name, ...row }) => expect(said(row)).toEqual(want))
})
