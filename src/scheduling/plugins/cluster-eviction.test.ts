import { expect, it } from '@jest/globals'
import { aContext } from '../../testing/scheduling-context.ts'
import { clusterEviction } from './cluster-eviction.ts'

it('ClusterEviction keeps clusters out that are being evicted (scheduling.md §4)', () => {
  const context = aContext({ evictedNames: new Set(['leaving']) })
  expect(clusterEviction.filter?.(context, { metadata: { name: 'leaving' } })).toBe(
    'cluster(s) is in the process of eviction',
  )
  expect(clusterEviction.filter?.(context, { metadata: { name: 'other' } })).toBeUndefined()
})
