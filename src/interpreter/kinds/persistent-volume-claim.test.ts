import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { persistentVolumeClaim } from './persistent-volume-claim.ts'

const object = (fields = {}) => frozenObject('v1 PersistentVolumeClaim', fields)

it('retains the volume that the member gave it', () => {
  const desired = object({ spec: {} })
  expect(persistentVolumeClaim.retain?.(desired, object({ spec: { volumeName: 'pv1' } }))['spec']).toEqual({
    volumeName: 'pv1',
  })
  expect(persistentVolumeClaim.retain?.(desired, object({ spec: { volumeName: '' } }))).toBe(desired)
})

it('is healthy when bound', () => {
  expect(persistentVolumeClaim.isHealthy?.(object({ status: { phase: 'Bound' } }))).toBe(true)
  expect(persistentVolumeClaim.isHealthy?.(object({ status: { phase: 'Pending' } }))).toBe(false)
})

it.each([
  { phases: ['Bound', 'Bound'], want: 'Bound' },
  { phases: ['Bound', 'Pending', 'Bound'], want: 'Pending' },
  { phases: ['Pending', 'Resizing'], want: 'Resizing' },
  { phases: ['Resizing', 'Pending'], want: 'Pending' },
  { phases: ['Lost', 'Pending'], want: 'Lost' },
  { phases: ['Pending', 'Lost', 'Bound'], want: 'Lost' },
])('$phases are together $want', ({ phases, want }) => {
  const items = reports(Object.fromEntries(phases.map((phase, i) => [`c${i}`, { phase, capacity: {} }])))
  const template = object({ status: { phase: 'Pending' } })
  expect(persistentVolumeClaim.aggregateStatus?.(template, items)['status']).toEqual({ phase: want })
})

it('counts a cluster without a status as bound', () => {
  const items = reports({ a: undefined, b: {} })
  expect(persistentVolumeClaim.aggregateStatus?.(object(), items)['status']).toEqual({ phase: 'Bound' })
})

it('reflects the whole status', () => expect(persistentVolumeClaim.reflectStatus).toBeUndefined())

it('stays as it is without clusters', () => {
  const template = object({ status: { phase: 'Pending' } })
  expect(persistentVolumeClaim.aggregateStatus?.(template, [])).toBe(template)
})

it('leaves what a host says beside the phase', () => {
  const capacity = { storage: '1Gi' }
  const template = object({ status: { phase: 'Pending', capacity } })
  const items = reports({ a: { phase: 'Bound' } })
  expect(persistentVolumeClaim.aggregateStatus?.(template, items)['status']).toEqual({ phase: 'Bound', capacity })
})
