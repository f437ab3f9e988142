import { describe, expect, it } from '@jest/globals'
import { listAt } from '../../object/field.ts'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { horizontalPodAutoscaler } from './horizontal-pod-autoscaler.ts'

const object = (fields = {}) => frozenObject('autoscaling/v2 HorizontalPodAutoscaler', fields)

it.each([
  {
    status: { currentReplicas: 2, desiredReplicas: 3, currentMetrics: [] },
    want: { currentReplicas: 2, desiredReplicas: 3 },
  },
  { status: { currentReplicas: 0 }, want: { desiredReplicas: 0 } },
])('reflects $want', ({ status, want }) =>
  expect(horizontalPodAutoscaler.reflectStatus?.(object({ status }))).toEqual(want),
)

it('reflects nothing before there is a status, and is always healthy', () => {
  expect(horizontalPodAutoscaler.reflectStatus?.(object())).toBeUndefined()
  expect(horizontalPodAutoscaler.isHealthy).toBeUndefined()
})

it('leaves out current replicas that are zero, but not desired ones', () =>
  expect(horizontalPodAutoscaler.aggregateStatus?.(object(), reports({ a: undefined }))['status']).toEqual({
    desiredReplicas: 0,
    currentMetrics: null,
  }))

it('sums replicas and replaces the rest, in the form in which an apiserver returns it', () => {
  const template = object({ status: { conditions: [], desiredReplicas: 9 } })
  const items = reports({
    a: { currentReplicas: 2, desiredReplicas: 3 },
    b: { currentReplicas: 1, desiredReplicas: 1 },
  })
  expect(horizontalPodAutoscaler.aggregateStatus?.(template, items)['status']).toEqual({
    currentReplicas: 3,
    desiredReplicas: 4,
    currentMetrics: null,
  })
})

describe('conditions of an autoscaler', () => {
  const lastTransitionTime = '2026-01-01T00:00:00Z'
  const said = (type: string, status: string, reason: string) => ({
    ...{ type, status, reason, message: `for ${reason}`, lastTransitionTime },
  })
  const conditionsAfter = (...each: readonly (readonly object[])[]) => {
    const items = each.map((conditions, index) => [`m${index}`, { conditions }] as const)
    return listAt(
      horizontalPodAutoscaler.aggregateStatus?.(object(), reports(Object.fromEntries(items))),
      'status',
      'conditions',
    )
  }
  const works = said('ScalingActive', 'True', 'ValidMetricFound')
  const blind = said('ScalingActive', 'False', 'FailedGetResourceMetric')

  it('are reflected', () =>
    expect(horizontalPodAutoscaler.reflectStatus?.(object({ status: { conditions: [works] } }))).toEqual({
      desiredReplicas: 0,
      conditions: [works],
    }))

  it('hold where they hold in all clusters', () => expect(conditionsAfter([works], [works])).toEqual([works]))

  it('say what is wrong in one', () => expect(conditionsAfter([works], [blind])).toEqual([blind]))

  it('say that scaling is limited where it is in one', () => {
    const limited = said('ScalingLimited', 'True', 'TooManyReplicas')
    const free = said('ScalingLimited', 'False', 'DesiredWithinRange')
    expect(conditionsAfter([free], [limited])).toEqual([limited])
  })
})
