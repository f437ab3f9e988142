import { expect, it } from '@jest/globals'
import { aContext } from '../../testing/scheduling-context.ts'
import { clusterLocality } from './cluster-locality.ts'

it('ClusterLocality scores clusters of the previous result 100, others 0 (scheduling.md §4)', () => {
  const context = aContext({ targetNames: new Set(['here']) })
  expect(clusterLocality.score?.(context, { metadata: { name: 'here' } })).toBe(100)
  expect(clusterLocality.score?.(context, { metadata: { name: 'there' } })).toBe(0)
})
