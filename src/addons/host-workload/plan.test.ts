import { describe, expect, it } from '@jest/globals'
import type { Binding } from '../../object/karmada-objects.ts'
import { a } from '../../testing/builders.ts'
import { plan, planRetired } from './plan.ts'

const REVISION = { 'deployment.kubernetes.io/revision': '1' }
const PROMOTE = { 'flotilla.dev/promote': 'true' }
const PARKED = { 'flotilla.dev/parked': 'true' }
const template = (metadata: object = {}) => a.deployment({ name: 'web', metadata: { uid: 'u', ...metadata } })
const binding = (health: 'Healthy' | 'Unhealthy', fullyApplied: 'True' | 'False' = 'True'): Binding =>
  a.binding({
    name: 'web-deployment',
    spec: {
      resource: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'u' },
      clusters: [{ name: 'm1' }],
    },
    status: {
      conditions: [
        {
          type: 'FullyApplied',
          status: fullyApplied,
          reason: 'x',
          message: '',
          lastTransitionTime: '2026-01-01T00:00:00Z',
        },
      ],
      aggregatedStatus: [{ clusterName: 'm1', applied: true, health }],
    },
  })

describe('a workload of the host', () => {
  it.each([
    {
      name: 'stays until its user asks',
      template: template({ annotations: REVISION }),
      binding: binding('Healthy'),
      want: 'none',
    },
    {
      name: 'that never ran needs no move',
      template: template({ annotations: PROMOTE }),
      binding: binding('Healthy'),
      want: 'none',
    },
    {
      name: 'moves when the members have it',
      template: template({ annotations: { ...REVISION, ...PROMOTE } }),
      binding: binding('Healthy'),
      want: 'promote',
    },
    {
      name: 'waits for unhealthy members',
      template: template({ annotations: { ...REVISION, ...PROMOTE } }),
      binding: binding('Unhealthy'),
      want: 'awaitMembers',
    },
    {
      name: 'waits for members that lack it',
      template: template({ annotations: { ...REVISION, ...PROMOTE } }),
      binding: binding('Healthy', 'False'),
      want: 'awaitMembers',
    },
    {
      name: 'waits for a binding',
      template: template({ annotations: { ...REVISION, ...PROMOTE } }),
      binding: undefined,
      want: 'awaitMembers',
    },
    {
      name: 'that is local is left alone',
      template: template({ annotations: { ...REVISION, ...PROMOTE }, labels: { 'flotilla.dev/local': 'true' } }),
      binding: binding('Healthy'),
      want: 'none',
    },
    {
      name: 'that is local again loses the Pods that wait',
      template: a.statefulSet({ metadata: { labels: { 'flotilla.dev/local': 'true' } } }),
      binding: undefined,
      want: 'release',
    },
    {
      name: 'that is local and not yet released has them still',
      template: a.statefulSet({ metadata: { labels: { 'flotilla.dev/local': 'true', ...PARKED } } }),
      binding: undefined,
      want: 'none',
    },
    {
      name: 'that is parked goes, if it left something',
      template: template({ annotations: REVISION, labels: PARKED }),
      binding: undefined,
      want: 'retire',
    },
    {
      name: 'that is marked goes',
      template: template({ annotations: { 'flotilla.dev/retire-host-copy': 'true' }, labels: PARKED }),
      binding: undefined,
      want: 'retire',
    },
    {
      name: 'that is parked and left nothing is done',
      template: template({ labels: PARKED }),
      binding: undefined,
      want: 'none',
    },
    {
      name: 'that is being deleted is left to its owner',
      template: template({ annotations: REVISION, labels: PARKED, deletionTimestamp: '2026-01-01T00:00:00Z' }),
      binding: undefined,
      want: 'none',
    },
  ])('$name', ({ template: observed, binding: bound, want }) => {
    expect(plan({ template: observed, binding: bound }).type).toBe(want)
  })
})

it('a finished move takes its marks off', () => {
  const annotations = { ...REVISION, ...PROMOTE, keep: 'me' }
  expect(planRetired(template({ annotations }))).toEqual({
    metadata: { annotations: { 'deployment.kubernetes.io/revision': null, 'flotilla.dev/promote': null } },
  })
})

it('without our marks nothing is taken off: it may be the user’s own', () => {
  expect(planRetired(template({ annotations: REVISION }))).toBeUndefined()
})

it('and costs no write when there are none', () => expect(planRetired(template())).toBeUndefined())
