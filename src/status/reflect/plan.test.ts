import { describe, expect, it } from '@jest/globals'
import type { ManifestStatus } from '../../api/generated/work.ts'
import type { Work } from '../../object/karmada-objects.ts'
import { isReflected, planManifestStatuses } from './plan.ts'

const work = (status?: Work['status'], metadata = {}): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name: 'nginx-687f7fb96f', namespace: 'karmada-es-m1', ...metadata },
  spec: {},
  ...(status && { status }),
})
const report = (readyReplicas: number): ManifestStatus => ({
  identifier: { ordinal: 0, group: 'apps', version: 'v1', kind: 'Deployment', resource: '', name: 'nginx' },
  status: { readyReplicas },
  health: 'Healthy',
})

describe('the manifest statuses of a Work', () => {
  it.each([
    { name: 'are written the first time', before: undefined, statuses: [report(1)], want: [report(1)] },
    { name: 'are replaced', before: [report(1)], statuses: [report(2)], want: [report(2)] },
    { name: 'are no write when they are right', before: [report(1)], statuses: [report(1)], want: undefined },
    { name: 'stay when the object is gone', before: [report(1)], statuses: [], want: undefined },
  ])('$name', ({ before, statuses, want }) =>
    expect(planManifestStatuses(work(before && { manifestStatuses: before }), statuses)).toEqual(
      want && { status: { manifestStatuses: want } },
    ),
  )
})

describe('a Work is reflected', () => {
  const applied = (status: 'True' | 'False') => ({
    conditions: [{ type: 'Applied', status, reason: 'x', message: '', lastTransitionTime: '2026-01-01T00:00:00Z' }],
  })
  it.each([
    { name: 'once it is applied', of: work(applied('True')), want: true },
    { name: 'not while it could not be applied', of: work(applied('False')), want: false },
    { name: 'not before it was tried', of: work(), want: false },
    {
      name: 'not when it goes',
      of: work(applied('True'), { deletionTimestamp: '2026-01-01T00:00:00Z' }),
      want: false,
    },
  ])('$name', ({ of, want }) => expect(isReflected(of)).toBe(want))
})
