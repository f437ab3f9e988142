import { describe, expect, it } from '@jest/globals'
import { newView } from './view.ts'

const CLUSTERS = Array.from({ length: 1000 }, (_, index) => `member${index}`)
const ownersIn = (...replicas: readonly string[]) => {
  const view = newView(replicas)
  return new Map(CLUSTERS.map(cluster => [cluster, view.ownerOf(cluster)]))
}

describe('who executes for a cluster', () => {
  it('is the same whoever looks, in whatever order', () => {
    expect(ownersIn('a', 'b', 'c')).toEqual(ownersIn('c', 'a', 'b'))
    expect(newView(['b', 'a']).id).toBe(newView(['a', 'b']).id)
  })

  it('is nobody when there is no replica, and the only one when there is one', () => {
    expect(newView([]).ownerOf('m')).toBeUndefined()
    expect(newView(['a']).ownerOf('m')).toBe('a')
  })

  it('is spread evenly', () => {
    const counts = new Map<string | undefined, number>()
    for (const owner of ownersIn('a', 'b', 'c', 'd').values()) counts.set(owner, (counts.get(owner) ?? 0) + 1)
    for (const count of counts.values()) expect(Math.abs(count - 250)).toBeLessThan(60)
    expect(counts.size).toBe(4)
  })

  it('changes only for what a newcomer gets', () => {
    const [before, after] = [ownersIn('a', 'b', 'c'), ownersIn('a', 'b', 'c', 'd')]
    const moved = CLUSTERS.filter(cluster => before.get(cluster) !== after.get(cluster))
    expect(new Set(moved.map(cluster => after.get(cluster)))).toEqual(new Set(['d']))
    expect(moved.length).toBeLessThan(320)
  })

  it('changes only for what one had that left', () => {
    const [before, after] = [ownersIn('a', 'b', 'c'), ownersIn('a', 'c')]
    const moved = CLUSTERS.filter(cluster => before.get(cluster) !== after.get(cluster))
    expect(new Set(moved.map(cluster => before.get(cluster)))).toEqual(new Set(['b']))
  })

  it('is told by the id: no two sets of replicas share one', () => {
    expect(newView(['a', 'b']).id).not.toBe(newView(['a,b']).id)
    expect(newView(['a']).id).not.toBe(newView(['a', 'b']).id)
  })
})
