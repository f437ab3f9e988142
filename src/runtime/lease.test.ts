import { describe, expect, it } from '@jest/globals'
import { leaseObject, observeLease, planLease, readLease, releasedRecord, takenRecord } from './lease.ts'

const KEY = { namespace: 'flotilla-system', name: 'flotilla' }
const us = { identity: 'us', durationMs: 15_000 }
const them = { identity: 'them', durationMs: 15_000 }
const lease = (holder: typeof us, time: string) => leaseObject(KEY, takenRecord(undefined, holder, time))

describe('planLease', () => {
  it('waits for a lease that changes, whatever its times say', () => {
    const first = observeLease(undefined, lease(them, '1999-01-01T00:00:00.000000Z'), 0)
    const second = observeLease(first, lease(them, '1999-01-01T00:00:02.000000Z'), 14_000)
    expect(planLease(second, us, 28_999)).toEqual({ next: 'wait', forMs: 1 })
    expect(planLease(second, us, 29_000)).toEqual({ next: 'take' })
  })

  it('counts from the first sight of a renewal, not from the last look', () => {
    const first = observeLease(undefined, lease(them, 't1'), 0)
    const same = observeLease(first, lease(them, 't1'), 10_000)
    expect(planLease(same, us, 15_000)).toEqual({ next: 'take' })
  })

  it('waits as long as the holder asked for when that is longer than our own', () => {
    const patient = observeLease(undefined, lease({ identity: 'them', durationMs: 60_000 }, 't1'), 0)
    expect(planLease(patient, us, 59_999).next).toBe('wait')
    expect(planLease(patient, us, 60_000).next).toBe('take')
  })

  it('takes at once what a process had that has ended, and nobody else', () => {
    const us = { identity: 'pod_1234b', durationMs: 15_000, endedPrefix: 'pod_1234' }
    const heldBy = (identity: string) => observeLease(undefined, lease({ identity, durationMs: 15_000 }, 't1'), 0)
    expect(planLease(heldBy('pod_1234a'), us, 0).next).toBe('take')
    for (const other of ['pod_1243a', 'pod-2_1234a', 'another'])
      expect(planLease(heldBy(other), us, 0).next).toBe('wait')
  })

  it('takes at once what is ours, released, or not understood', () => {
    expect(planLease(observeLease(undefined, lease(us, 't1'), 0), us, 0).next).toBe('take')
    const released = leaseObject(KEY, releasedRecord(readLease(lease(them, 't1')), 't2'))
    expect(planLease(observeLease(undefined, released, 0), us, 0).next).toBe('take')
    const broken = { ...lease(them, 't1'), spec: { holderIdentity: 7 } }
    expect(planLease(observeLease(undefined, broken, 0), us, 0).next).toBe('take')
  })
})

describe('takenRecord', () => {
  it('keeps the time of acquisition in a renewal and counts changes of the holder', () => {
    const first = takenRecord(undefined, us, 't1')
    expect(first).toMatchObject({ acquireTime: 't1', transitions: 0 })
    expect(takenRecord(first, us, 't2')).toMatchObject({ acquireTime: 't1', renewTime: 't2', transitions: 0 })
    expect(takenRecord(first, them, 't3')).toMatchObject({ acquireTime: 't3', renewTime: 't3', transitions: 1 })
  })

  it('is read back as it was written, in whole seconds', () => {
    const object = leaseObject(KEY, takenRecord(undefined, { identity: 'us', durationMs: 1500 }, 't1'))
    expect(readLease(object)).toMatchObject({ holder: 'us', durationMs: 2000, renewTime: 't1' })
  })
})
