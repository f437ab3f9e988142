import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { persistentVolume } from './persistent-volume.ts'

const object = (fields = {}) => frozenObject('v1 PersistentVolume', fields)

it('retains the claim that the member bound it to', () => {
  const claimRef = { name: 'c', uid: 'u' }
  expect(persistentVolume.retain?.(object({ spec: { capacity: {} } }), object({ spec: { claimRef } }))['spec']).toEqual(
    {
      capacity: {},
      claimRef,
    },
  )
  const desired = object({ spec: {} })
  expect(persistentVolume.retain?.(desired, object({ spec: {} }))).toBe(desired)
})

it.each([
  { phases: ['Bound', 'Failed', 'Pending'], want: 'Failed' },
  { phases: ['Bound', 'Pending', 'Available'], want: 'Pending' },
  { phases: ['Bound', 'Available'], want: 'Available' },
  { phases: ['Bound', 'Released'], want: 'Bound' },
  { phases: ['Released'], want: 'Released' },
])('$phases are together $want', ({ phases, want }) => {
  const items = reports(Object.fromEntries(phases.map((phase, i) => [`c${i}`, { phase }])))
  expect(persistentVolume.aggregateStatus?.(object(), items)['status']).toEqual({ phase: want })
})

it('reflects the whole status, and is always healthy', () => {
  expect(persistentVolume.reflectStatus).toBeUndefined()
  expect(persistentVolume.isHealthy).toBeUndefined()
})

it('keeps what else its status holds', () => {
  const template = object({ status: { phase: 'Pending', lastPhaseTransitionTime: 't', reason: 'x' } })
  expect(persistentVolume.aggregateStatus?.(template, reports({ a: { phase: 'Bound' } }))['status']).toEqual({
    phase: 'Bound',
    lastPhaseTransitionTime: 't',
    reason: 'x',
  })
})

it('counts a cluster without a status as Pending, and stays as it is without clusters', () => {
  const items = reports({ a: { phase: 'Bound' }, b: undefined })
  expect(persistentVolume.aggregateStatus?.(object(), items)['status']).toEqual({ phase: 'Pending' })
  const template = object({ status: { phase: 'Bound' } })
  expect(persistentVolume.aggregateStatus?.(template, [])).toBe(template)
})
