import { describe, expect, it } from '@jest/globals'
import type { KubeObject } from '../object/kube-object.ts'
import { unparked } from './record.ts'

/** @param text apiVersion and kind with a blank between them */
function kindOf(text: string): { readonly apiVersion: string; readonly kind: string } {
  const [apiVersion = '', kind = ''] = text.split(' ')
  return { apiVersion, kind }
}

const object = (of: string, spec: object, record?: string): KubeObject => ({
  ...kindOf(of),
  metadata: { name: 'x', ...(record !== undefined && { annotations: { 'flotilla.dev/parked-fields': record } }) },
  spec,
})
const template = (podSpec: object) => ({ template: { spec: podSpec } })
const GATE = { name: 'flotilla.dev/parked' }
const SELECTOR = 'spec.template.spec.nodeSelector'
const GATES = 'spec.template.spec.schedulingGates'

describe('a member gets what the user wrote', () => {
  it.each([
    {
      name: 'a Deployment that was not paused',
      of: 'apps/v1 Deployment',
      spec: { paused: true },
      record: '{"spec.paused":null}',
      want: {},
    },
    {
      name: 'a Deployment that its user paused',
      of: 'apps/v1 Deployment',
      spec: { paused: true },
      record: '{"spec.paused":true}',
      want: { paused: true },
    },
    {
      name: 'a Deployment whose pause says false',
      of: 'apps/v1 Deployment',
      spec: { paused: true },
      record: '{"spec.paused":false}',
      want: { paused: false },
    },
    {
      name: 'a paused Deployment without a record: its user meant it',
      of: 'apps/v1 Deployment',
      spec: { paused: true },
      record: undefined,
      want: { paused: true },
    },
    {
      name: 'a CronJob',
      of: 'batch/v1 CronJob',
      spec: { suspend: true },
      record: '{"spec.suspend":false}',
      want: { suspend: false },
    },
    {
      name: 'a Job',
      of: 'batch/v1 Job',
      spec: { managedBy: 'flotilla.dev/fleet', suspend: false },
      record: '{"spec.managedBy":null}',
      want: { suspend: false },
    },
    {
      name: 'a Job of another manager',
      of: 'batch/v1 Job',
      spec: { managedBy: 'flotilla.dev/fleet' },
      record: '{"spec.managedBy":"kueue.x-k8s.io/multikueue"}',
      want: { managedBy: 'kueue.x-k8s.io/multikueue' },
    },
    {
      name: 'a Job that was parked when it existed',
      of: 'batch/v1 Job',
      spec: { suspend: true },
      record: '{"spec.suspend":false}',
      want: { suspend: false },
    },
    {
      name: 'a DaemonSet for all nodes',
      of: 'apps/v1 DaemonSet',
      spec: template({ nodeSelector: { 'flotilla.dev/parked': 'true' } }),
      record: `{"${SELECTOR}":null}`,
      want: template({}),
    },
    {
      name: 'a DaemonSet for some nodes',
      of: 'apps/v1 DaemonSet',
      spec: template({ nodeSelector: { disk: 'ssd', 'flotilla.dev/parked': 'true' } }),
      record: `{"${SELECTOR}":{}}`,
      want: template({ nodeSelector: { disk: 'ssd' } }),
    },
    {
      name: 'a StatefulSet',
      of: 'apps/v1 StatefulSet',
      spec: template({ schedulingGates: [GATE] }),
      record: `{"${GATES}":null}`,
      want: template({}),
    },
    {
      name: 'a StatefulSet with a gate of its own',
      of: 'apps/v1 StatefulSet',
      spec: template({ schedulingGates: [{ name: 'a/b' }, GATE] }),
      record: `{"${GATES}":[]}`,
      want: template({ schedulingGates: [{ name: 'a/b' }] }),
    },
    {
      name: 'a Pod',
      of: 'v1 Pod',
      spec: { schedulingGates: [GATE] },
      record: '{"spec.schedulingGates":null}',
      want: {},
    },
    {
      name: 'a Service',
      of: 'v1 Service',
      spec: { type: 'LoadBalancer', loadBalancerClass: 'flotilla.dev/parked' },
      record: '{"spec.loadBalancerClass":"acme.com/lb"}',
      want: { type: 'LoadBalancer', loadBalancerClass: 'acme.com/lb' },
    },
  ])('$name', ({ of, spec, record, want }) => {
    expect(unparked(object(of, spec, record))['spec']).toEqual(want)
  })
})

describe('a record that somebody else wrote does no harm', () => {
  it.each([
    { name: 'no JSON', record: '{' },
    { name: 'a list', record: '["spec.paused"]' },
    { name: 'other fields', record: '{"spec.replicas":0,"metadata.name":"y","__proto__":{"x":1}}' },
    { name: 'a long text', record: `{"spec.paused":null,"x":"${'x'.repeat(2_000)}"}` },
  ])('$name', ({ record }) => {
    const paused = object('apps/v1 Deployment', { paused: true, replicas: 2 }, record)
    expect(unparked(paused)).toBe(paused)
  })

  it('nor does an object in the place of a value', () => {
    const paused = object('apps/v1 Deployment', { paused: true }, '{"spec.paused":{"a":1}}')
    expect(unparked(paused)['spec']).toEqual({})
  })
})

it('an object that nothing parks is given back as it is', () => {
  const running = object('apps/v1 Deployment', { replicas: 2 }, '{"spec.paused":null}')
  expect(unparked(running)).toBe(running)
})

it('fields of the same name of kinds that are not parked are left alone', () => {
  const other = object('example.com/v1 Deployment', { paused: true }, '{"spec.paused":null}')
  expect(unparked(other)).toBe(other)
})
