import { describe, expect, it } from '@jest/globals'
import { nextNodeNames, renderNode } from './nodes.ts'

describe('nextNodeNames', () => {
  it.each([
    { name: 'counts from one', taken: [], want: ['node-1', 'node-2'] },
    { name: 'goes on after those that exist', taken: ['node-1'], want: ['node-2', 'node-3'] },
    { name: 'fills gaps', taken: ['node-2'], want: ['node-1', 'node-3'] },
  ])('$name', ({ taken, want }) => expect(nextNodeNames('node', 2, new Set(taken))).toEqual(want))
})

describe('renderNode', () => {
  it('takes 110 pods unless told otherwise', () => {
    expect(renderNode('n', { count: 1 })).toMatchObject({ status: { capacity: { pods: '110' } } })
    expect(renderNode('n', { count: 1, pods: 5000 })).toMatchObject({ status: { allocatable: { pods: '5000' } } })
  })

  it('adds labels to the well-known ones', () => {
    const labels = { 'kubernetes.io/hostname': 'n', zone: 'a' }
    expect(renderNode('n', { count: 1, labels: { zone: 'a' } })).toMatchObject({ metadata: { labels } })
  })
})
