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
const duplicate = (of: string): IdentityConflict => ({ type: 'duplicate', of, id: 'x' })

describe('identityConflict', () => {
  it.each<{
    name: string
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
      name: 'an older cluster whose id is not noted yet, but was read',
      others: [cluster('a', 1)],
      read: { a: 'x' },
      want: duplicate('a'),
    },
    {
      name: 'an older cluster whose noted id is that of a former member',
      others: [cluster('a', 1, 'x')],
      read: { a: 'y' },
      want: undefined,
    },
  ])('$name', ({ others, hostId, read = {}, want }) => {
    const b = cluster('b', 2, 'x')
    const idOf = ({ metadata, spec }: Cluster): string | undefined => read[metadata.name] ?? spec.id
    expect(identityConflict({ cluster: b, id: 'x', clusters: [b, ...others], idOf, hostId })).toEqual(want)
  })
})
