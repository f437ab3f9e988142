import { describe, expect, it } from '@jest/globals'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { IdentityConflict } from './diagnosis.ts'
import { identityConflict } from './identity.ts'

const cluster = (name: string, day: number, id?: string): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name, creationTimestamp: `2026-01-0${day}T00:00:00Z` },
  spec: { syncMode: 'Push', ...(id === undefined ? {} : { id }) },
})
/** As member sessions know it. */
const idAsRead =
  (read: Readonly<Record<string, string | undefined>>) =>
  ({ metadata, spec }: Cluster): string | undefined =>
    read[metadata.name] ?? (spec.id === '' ? undefined : spec.id)
const duplicate = (of: string): IdentityConflict => ({ type: 'duplicate', of, id: 'x' })

describe('identityConflict', () => {
  it.each<{
    name: string
    /** spec.id of the cluster that says it is x. */
    noted?: string | undefined
    others: readonly Cluster[]
    hostId?: string
    read?: Readonly<Record<string, string>>
    want: IdentityConflict | undefined
  }>([
    { name: 'a cluster of its own', others: [cluster('a', 1, 'other')], hostId: 'h', want: undefined },
    { name: 'the host', others: [cluster('a', 1, 'x')], hostId: 'x', want: { type: 'host' } },
    { name: 'an older cluster with the same id', others: [cluster('a', 1, 'x')], want: duplicate('a') },
    { name: 'a younger cluster with the same id', others: [cluster('a', 3, 'x')], want: undefined },
    { name: 'of two joined in one second the first name stays', others: [cluster('a', 2, 'x')], want: duplicate('a') },
    { name: 'of two joined in one second this one is the first', others: [cluster('c', 2, 'x')], want: undefined },
    {
      name: 'of several the oldest is named',
      others: [cluster('z', 2, 'x'), cluster('a', 2, 'x'), cluster('y', 1, 'x')],
      want: duplicate('y'),
    },
    {
      name: 'the one that has it noted is named, not an older one that only says it',
      noted: undefined,
      others: [cluster('a', 1), cluster('z', 3, 'x')],
      read: { a: 'x' },
      want: duplicate('z'),
    },
    { name: 'an empty spec.id of another', noted: '', others: [cluster('a', 1, '')], want: undefined },
    {
      name: 'an older cluster whose noted id is that of a former member',
      others: [cluster('a', 1, 'x')],
      read: { a: 'y' },
      want: undefined,
    },
  ])('$name', ({ others, hostId, read = {}, want, ...rest }) => {
    const b = cluster('b', 2, 'noted' in rest ? rest.noted : 'x')
    const clusters = [b, ...others]
    expect(identityConflict({ cluster: b, id: 'x', clusters, idOf: idAsRead(read), hostId })).toEqual(want)
  })

  it('is none of a cluster with itself, which was noted while it was looked at', () => {
    const before = cluster('b', 2)
    const input = { cluster: before, id: 'x', clusters: [cluster('b', 2, 'x')], idOf: idAsRead({ b: 'x' }) }
    expect(identityConflict({ ...input, hostId: 'h' })).toBeUndefined()
  })
})

/** What spec.id says, and what the member answers; none while it was not read. */
interface Known {
  readonly noted?: string
  readonly says?: string
}

describe('of two clusters', () => {
  it.each<{ name: string; older: Known; younger: Known; used: readonly string[] }>([
    { name: 'the older stays when both are new', older: { says: 'x' }, younger: { says: 'x' }, used: ['older'] },
    {
      name: 'the older stays when both are known by the id',
      older: { noted: 'x', says: 'x' },
      younger: { noted: 'x', says: 'x' },
      used: ['older'],
    },
    {
      name: 'the older stays when both were known by others',
      older: { noted: 'y', says: 'x' },
      younger: { noted: 'z', says: 'x' },
      used: ['older'],
    },
    {
      name: 'an older cluster that was known by another id does not take it',
      older: { noted: 'y', says: 'x' },
      younger: { noted: 'x', says: 'x' },
      used: ['younger'],
    },
    {
      name: 'an older cluster that was never reached does not take it',
      older: { says: 'x' },
      younger: { noted: 'x', says: 'x' },
      used: ['younger'],
    },
    {
      name: 'an older cluster does not take it while the other is out of reach, or not read since a restart',
      older: { noted: 'y', says: 'x' },
      younger: { noted: 'x' },
      used: [],
    },
    {
      name: 'an older one that does not know of itself yet, after a restart, keeps out none that is known',
      older: { noted: 'y' },
      younger: { noted: 'x', says: 'x' },
      used: ['younger'],
    },
    {
      name: 'a younger one waits for the id of a member that was exchanged until that is noted',
      older: { noted: 'x', says: 'y' },
      younger: { says: 'x' },
      used: ['older'],
    },
    {
      name: 'a younger one has the id of a member that was exchanged',
      older: { noted: 'y', says: 'y' },
      younger: { says: 'x' },
      used: ['older', 'younger'],
    },
    {
      name: 'none is used that says it is the other',
      older: { noted: 'x', says: 'y' },
      younger: { noted: 'y', says: 'x' },
      used: [],
    },
    {
      name: 'which is solved by clearing what is noted of one',
      older: { says: 'y' },
      younger: { noted: 'y', says: 'x' },
      used: ['younger'],
    },
  ])('$name', ({ older, younger, used }) => {
    const [a, b] = [cluster('older', 1, older.noted), cluster('younger', 2, younger.noted)]
    const clusters = [a, b]
    const idOf = idAsRead({ older: older.says, younger: younger.says })
    const isUsed = (one: Cluster, id: string | undefined): boolean =>
      id !== undefined && identityConflict({ cluster: one, id, clusters, idOf, hostId: 'h' }) === undefined
    expect({ older: isUsed(a, older.says), younger: isUsed(b, younger.says) }).toEqual({
      older: used.includes('older'),
      younger: used.includes('younger'),
    })
  })
})
