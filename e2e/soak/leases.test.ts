import { expect, it } from '@jest/globals'
import { compareLeases, type SeenLease } from './leases.ts'

const PODS = new Map([
  ['operator-1', 'aaaaaaaa-1111-4111-8111-111111111111'],
  ['operator-2', 'bbbbbbbb-2222-4222-8222-222222222222'],
])

const replica = (holder: string, name = `flotilla-${holder}`): SeenLease => ({
  ...{ name, holder: `machine_${holder}`, isReplica: true, resourceVersion: '2' },
})
const LEADER: SeenLease = {
  name: 'flotilla',
  holder: 'machine_aaaaaaaa00000001',
  isReplica: false,
  resourceVersion: '2',
}
const ONE = replica('aaaaaaaa00000001')
const TWO = replica('bbbbbbbb00000002')
const older = (lease: SeenLease): SeenLease => ({ ...lease, resourceVersion: '1' })

it.each<{ what: string; sharing?: boolean; now: readonly SeenLease[]; unchanged?: boolean; want: readonly string[] }>([
  { what: 'one for each that shares, and the leader', now: [LEADER, ONE, TWO], want: [] },
  { what: 'that of the leader alone', sharing: false, now: [LEADER], want: [] },
  { what: 'one too few', now: [LEADER, ONE], want: ['operator-2 has 0 Leases'] },
  {
    what: 'that of a dead process of the same Pod',
    now: [LEADER, ONE, TWO, replica('bbbbbbbb00000003')],
    want: ['operator-2 has 2 Leases'],
  },
  {
    what: 'that of a Pod that is gone',
    now: [LEADER, ONE, TWO, replica('cccccccc00000003')],
    want: ["Lease flotilla-cccccccc00000003, held by machine_cccccccc00000003, is nobody's who runs"],
  },
  {
    what: 'one where nobody shares',
    sharing: false,
    now: [LEADER, TWO],
    want: ['operator-2 has 1 Leases'],
  },
  {
    what: 'a leader who is gone',
    sharing: false,
    now: [{ ...LEADER, holder: 'machine_cccccccc00000003' }],
    want: ["Lease flotilla, held by machine_cccccccc00000003, is nobody's who runs"],
  },
  { what: 'no leader ever', sharing: false, now: [], want: ['nobody has ever led'] },
  {
    what: 'one of another kind',
    sharing: false,
    now: [LEADER, { ...LEADER, name: 'other' }],
    want: ['Lease other, held by machine_aaaaaaaa00000001, is none that is known'],
  },
  {
    what: 'one that nobody renews',
    sharing: false,
    now: [LEADER],
    unchanged: true,
    want: ['Lease flotilla, held by machine_aaaaaaaa00000001, is not renewed'],
  },
])('sees in Leases: $what', ({ sharing = true, now, unchanged = false, want }) => {
  const before = unchanged ? now : now.map(older)
  expect(compareLeases(before, now, { pods: PODS, sharing })).toEqual(want)
})
