import { describe, expect, it } from '@jest/globals'
import type { Cluster } from '../../object/karmada-objects.ts'
import { identityConflict } from './identity.ts'

const cluster = (name: string, day: number, id?: string): Cluster => ({
  apiVersion: 'cluster.karmada.io/v1alpha1',
  kind: 'Cluster',
  metadata: { name, creationTimestamp: `2026-01-0${day}T00:00:00Z` },
  spec: { syncMode: 'Push', ...(id === undefined ? {} : { id }) },
})

describe('identityConflict', () => {
  it.each<{ name: string; others: readonly Cluster[]; hostId?: string; want: RegExp | undefined }>([
    { name: 'a cluster of its own', others: [cluster('a', 1, 'other')], hostId: 'h', want: undefined },
    { name: 'the host', others: [], hostId: 'x', want: /host cluster itself/ },
    { name: 'an older cluster with the same id', others: [cluster('a', 1, 'x')], want: /same cluster as a / },
    { name: 'a younger cluster with the same id', others: [cluster('a', 3, 'x')], want: undefined },
    { name: 'of two joined at once the first name stays', others: [cluster('a', 2, 'x')], want: /same cluster as a / },
  ])('$name', ({ others, hostId, want }) => {
    const b = cluster('b', 2, 'x')
    const conflict = identityConflict({ cluster: b, id: 'x', clusters: [b, ...others], hostId })
    if (want === undefined) expect(conflict).toBeUndefined()
    else expect(conflict).toMatch(want)
  })
})
