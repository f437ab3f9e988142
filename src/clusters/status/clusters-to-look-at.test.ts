import { expect, it } from '@jest/globals'
import type { Cluster } from '../../object/karmada-objects.ts'
import { newMapLister } from '../../testing/map-lister.ts'
import { clustersToLookAt } from './clusters-to-look-at.ts'

const cluster = (name: string, id?: string): Cluster => ({
  ...{ apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name } },
  spec: { syncMode: 'Push', ...(id !== undefined && { id }) },
})

/** What this process has asked members itself is in none of these. */
const sessions = { idOf: ({ spec }: Cluster) => spec.id }
const others = [cluster('a', 'one'), cluster('b', 'two'), cluster('c')]
const after = (previous: Cluster, object: Cluster) =>
  clustersToLookAt({ type: 'updated', previous, object }, newMapLister([...others, object]), sessions)

it('an id that becomes known is reason to look at who says the same, and none to look at its own once more', () => {
  expect(after(cluster('new'), cluster('new', 'one'))).toEqual(['a'])
  expect(after(cluster('new'), cluster('new', 'three'))).toEqual([])
})

it('an id that is given up is reason to look at who says it', () => {
  expect(after(cluster('new', 'two'), cluster('new', 'three'))).toEqual(['b'])
  expect(clustersToLookAt({ type: 'deleted', object: cluster('gone', 'one') }, newMapLister(others), sessions)).toEqual(
    [...['gone', 'a', 'a']],
  )
})

it('only what a user writes is reason to look again', () => {
  const before = cluster('new', 'one')
  expect(after(before, { ...before, status: {} })).toEqual([])
  expect(after(before, { ...before, spec: { ...before.spec, taints: [{ key: 'k', effect: 'NoSchedule' }] } })).toEqual(
    [],
  )
  expect(after(before, { ...before, spec: { ...before.spec, apiEndpoint: 'https://elsewhere' } })).toEqual(['new'])
})
