import { describe, expect, it } from '@jest/globals'
import fc from 'fast-check'
import { chooseGroups, type GroupLimits, type WeighedGroup } from './choose-groups.ts'

const group = (name: string, weight: number, size: number): WeighedGroup => ({ name, weight, size })
const chosen = (groups: readonly WeighedGroup[], limits: GroupLimits): string | undefined =>
  chooseGroups(groups, limits)
    ?.map(({ name }) => name)
    .join(' ')

describe('chooseGroups (scheduling.md §7.2)', () => {
  const four = [group('a', 10, 1), group('b', 20, 2), group('c', 30, 1), group('d', 5, 4)]
  it.each<{ name: string; groups?: readonly WeighedGroup[]; limits: GroupLimits; want: string | undefined }>([
    { name: 'the heaviest', limits: { minGroups: 1, maxGroups: 4, minClusters: 0 }, want: 'c' },
    {
      name: 'as many as are needed, and no more',
      limits: { minGroups: 2, maxGroups: 4, minClusters: 2 },
      want: 'c b',
    },
    {
      name: 'more groups for the clusters that are wanted',
      limits: { minGroups: 1, maxGroups: 4, minClusters: 4 },
      want: 'c b a',
    },
    {
      name: 'a larger one when more groups are not allowed',
      limits: { minGroups: 1, maxGroups: 1, minClusters: 4 },
      want: 'd',
    },
    {
      name: 'the best choice of two with so many clusters',
      limits: { minGroups: 2, maxGroups: 2, minClusters: 5 },
      want: 'c d',
    },
    { name: 'too few clusters', limits: { minGroups: 1, maxGroups: 4, minClusters: 9 }, want: undefined },
    { name: 'too few groups', limits: { minGroups: 5, maxGroups: 5, minClusters: 0 }, want: undefined },
    { name: 'all of them', limits: { minGroups: 4, maxGroups: 4, minClusters: 8 }, want: 'c b a d' },
    {
      name: 'the best of a choice alone, when it is enough already',
      groups: [group('small', 10, 1), group('big', 20, 4)],
      limits: { minGroups: 1, maxGroups: 2, minClusters: 4 },
      want: 'big',
    },
    {
      name: 'between equal weights the one with more clusters',
      groups: [group('a', 7, 1), group('b', 7, 3)],
      limits: { minGroups: 1, maxGroups: 1, minClusters: 1 },
      want: 'b',
    },
    {
      name: 'between equals the smaller name',
      groups: [group('b', 7, 1), group('a', 7, 1)],
      limits: { minGroups: 1, maxGroups: 1, minClusters: 1 },
      want: 'a',
    },
  ])('$name', ({ groups = four, limits, want }) => expect(chosen(groups, limits)).toBe(want))

  const groupLists = fc
    .array(fc.record({ weight: fc.nat(4), size: fc.integer({ min: 1, max: 4 }) }), { minLength: 1, maxLength: 8 })
    .map(list => list.map(({ weight, size }, index) => group(`g${index}`, weight, size)))
  const limitsOf = fc
    .record({ minGroups: fc.integer({ min: 1, max: 5 }), more: fc.nat(5), minClusters: fc.nat(14) })
    .map(({ minGroups, more, minClusters }) => ({ minGroups, maxGroups: minGroups + more, minClusters }))

  it('chooses what a walk through all combinations chooses', () => {
    fc.assert(
      fc.property(groupLists, limitsOf, (groups, limits) => {
        expect(chosen(groups, limits)).toBe(chosenByWalking(groups, limits))
      }),
      { seed: 7, numRuns: 3000 },
    )
  })

  it('chooses among a thousand groups, in limits, without walking through them all', () => {
    const groups = Array.from({ length: 1000 }, (_, index) => group(`g${index}`, (index * 37) % 101, 1 + (index % 7)))
    const limits = { minGroups: 3, maxGroups: 900, minClusters: 2500 }
    const names = chooseGroups(groups, limits)
    const clusters = names?.reduce((sum, { size }) => sum + size, 0)
    expect(clusters).toBeGreaterThanOrEqual(2500)
    expect(names?.length).toBeLessThanOrEqual(900)
    expect(chooseGroups(groups, { ...limits, minClusters: 5000 })).toBeUndefined()
  })
})

/** The rule as the contract tells it, with every path walked. */
function chosenByWalking(groups: readonly WeighedGroup[], limits: GroupLimits): string | undefined {
  const ascending = [...groups].sort((a, b) => a.size - b.size || b.weight - a.weight || (a.name < b.name ? -1 : 1))
  const paths: (readonly WeighedGroup[])[] = []
  const walk = (path: readonly WeighedGroup[], begin: number): void => {
    if (
      path.length >= limits.minGroups &&
      path.length <= limits.maxGroups &&
      total(path, 'size') >= limits.minClusters
    ) {
      paths.push(path)
      return
    }
    if (path.length >= limits.maxGroups) return
    for (const [offset, next] of ascending.slice(begin).entries()) walk([...path, next], begin + offset + 1)
  }
  walk([], 0)
  const ranked = paths.map((path, id) => ({ id, path: [...path].sort(bestFirst) }))
  ranked.sort(
    (a, b) =>
      total(b.path, 'weight') - total(a.path, 'weight') || total(b.path, 'size') - total(a.path, 'size') || a.id - b.id,
  )
  let best = ranked[0]?.path
  for (const { path } of ranked) {
    if (best !== undefined && path.length < best.length && path.every((each, index) => best?.[index] === each))
      best = path
  }
  return best?.map(({ name }) => name).join(' ')
}

function bestFirst(a: WeighedGroup, b: WeighedGroup): number {
  return b.weight - a.weight || (a.name < b.name ? -1 : 1)
}

function total(path: readonly WeighedGroup[], field: 'weight' | 'size'): number {
  return path.reduce((sum, each) => sum + each[field], 0)
}
