import { describe, expect, it } from '@jest/globals'
import type { KubeObject, ObjectMeta } from '../object/kube-object.ts'
import { parked, parkingPatch, tracesOnHost, unparkingPatch } from './park.ts'
import { unparked } from './record.ts'

/** @param text apiVersion and kind with a blank between them */
function kindOf(text: string): { readonly apiVersion: string; readonly kind: string } {
  const [apiVersion = '', kind = ''] = text.split(' ')
  return { apiVersion, kind }
}

const object = (of: string, fields: object, metadata: Partial<ObjectMeta> = {}): KubeObject => ({
  ...kindOf(of),
  metadata: { name: 'x', namespace: 'd', ...metadata },
  ...fields,
})
const template = (podSpec: object) => ({ spec: { template: { spec: podSpec } } })
const GATE = { name: 'flotilla.dev/parked' }
const mark = (record?: string) => ({
  labels: { 'flotilla.dev/parked': 'true' },
  ...(record !== undefined && { annotations: { 'flotilla.dev/parked-fields': record } }),
})

describe('an object that exists is parked by the field that can still be set', () => {
  it.each([
    {
      name: 'Deployment',
      from: object('apps/v1 Deployment', { spec: { replicas: 2 } }),
      want: { metadata: mark('{"spec.paused":null}'), spec: { paused: true } },
    },
    {
      name: 'paused Deployment',
      from: object('apps/v1 Deployment', { spec: { paused: true } }),
      want: { metadata: mark() },
    },
    {
      name: 'CronJob',
      from: object('batch/v1 CronJob', { spec: { suspend: false } }),
      want: { metadata: mark('{"spec.suspend":false}'), spec: { suspend: true } },
    },
    {
      name: 'Job',
      from: object('batch/v1 Job', { spec: { suspend: false } }),
      want: { metadata: mark('{"spec.suspend":false}'), spec: { suspend: true } },
    },
    {
      name: 'DaemonSet',
      from: object('apps/v1 DaemonSet', template({ nodeSelector: { a: 'b' } })),
      want: {
        metadata: mark('{"spec.template.spec.nodeSelector":{}}'),
        ...template({ nodeSelector: { 'flotilla.dev/parked': 'true' } }),
      },
    },
    {
      name: 'StatefulSet',
      from: object('apps/v1 StatefulSet', template({})),
      want: { metadata: mark('{"spec.template.spec.schedulingGates":null}'), ...template({ schedulingGates: [GATE] }) },
    },
  ])('$name', ({ from, want }) => expect(parkingPatch(from)).toEqual(want))

  it.each([
    { name: 'a Pod', from: object('v1 Pod', { spec: {} }) },
    { name: 'a Service with a load balancer', from: object('v1 Service', { spec: { type: 'LoadBalancer' } }) },
    { name: 'a Service without one', from: object('v1 Service', { spec: { type: 'ClusterIP' } }) },
    { name: 'a ConfigMap', from: object('v1 ConfigMap', { data: {} }) },
    {
      name: 'what is parked',
      from: object('apps/v1 Deployment', { spec: { paused: true } }, { labels: { 'flotilla.dev/parked': 'true' } }),
    },
  ])('not $name', ({ from }) => expect(parkingPatch(from)).toBeUndefined())
})

it('what the record holds gives the object back as it was', () => {
  const paused = object('apps/v1 Deployment', { spec: { replicas: 2, paused: false } })
  expect(unparked(parked(paused) ?? paused)['spec']).toEqual(paused['spec'])
})

describe('an object that is made local runs on the host again', () => {
  it('with the user’s own value', () => {
    const local = object('batch/v1 CronJob', { spec: { suspend: true } }, mark('{"spec.suspend":false}'))
    expect(unparkingPatch(local)).toEqual({
      metadata: {
        labels: { 'flotilla.dev/parked': null },
        annotations: { 'flotilla.dev/parked-fields': null, 'flotilla.dev/retire-host-copy': null },
      },
      spec: { suspend: false },
    })
  })

  it('and costs no write when it does already', () => {
    expect(unparkingPatch(object('batch/v1 CronJob', { spec: { suspend: true } }))).toBeUndefined()
  })
})

describe('what ran on the host', () => {
  it.each([
    {
      name: 'a Deployment whose ReplicaSets are counted',
      of: object('apps/v1 Deployment', {}, { annotations: { 'deployment.kubernetes.io/revision': '1' } }),
      want: 'its ReplicaSets were made there',
    },
    { name: 'a new Deployment', of: object('apps/v1 Deployment', { status: {} }), want: undefined },
    {
      name: 'a StatefulSet with Pods',
      of: object('apps/v1 StatefulSet', { status: { replicas: 2 } }),
      want: 'it has 2 Pods there',
    },
    {
      name: 'a StatefulSet without',
      of: object('apps/v1 StatefulSet', { status: { replicas: 0 } }),
      want: undefined,
    },
    {
      name: 'a DaemonSet with Pods',
      of: object('apps/v1 DaemonSet', { status: { currentNumberScheduled: 1 } }),
      want: 'it has 1 Pods there',
    },
    {
      name: 'a Job that was started',
      of: object('batch/v1 Job', { status: { startTime: 'x' } }),
      want: 'it was started there',
    },
    {
      name: 'a CronJob that fired',
      of: object('batch/v1 CronJob', { status: { lastScheduleTime: 'x' } }),
      want: 'it has made Jobs there',
    },
    { name: 'a CronJob that never did', of: object('batch/v1 CronJob', { status: {} }), want: undefined },
    { name: 'a Pod on a node', of: object('v1 Pod', { spec: { nodeName: 'n1' } }), want: 'it is on node n1' },
    {
      name: 'a parked object, whose status is the fleet’s',
      of: object('apps/v1 StatefulSet', { status: { replicas: 2 } }, mark()),
      want: undefined,
    },
    {
      name: 'another group’s Deployment',
      of: object('example.com/v1 StatefulSet', { status: { replicas: 2 } }),
      want: undefined,
    },
  ])('$name', ({ of, want }) => expect(tracesOnHost(of)).toBe(want))
})
