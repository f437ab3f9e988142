import { describe, expect, it } from '@jest/globals'
import { nodeRoom } from '../../testing/member-room.ts'
import type { NodeClaim } from '../placement.ts'
import { type ResourceList, requestedAmounts } from './amounts.ts'
import type { NodeRoom } from './member-room.ts'
import { podsOnNode, replicasOnNodes, setsOnNodes, takesPods } from './on-nodes.ts'

const term = (key: string, operator: string, ...values: readonly string[]): NodeClaim => ({
  hardNodeAffinity: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator, values }] }] },
})
const NOTHING = new Map()

describe('the nodes that take a pod (scheduling.md §6.2)', () => {
  const ssd = nodeRoom({ name: 'n7', labels: { disk: 'ssd', cores: '8' } })
  const tainted = (effect: string) => nodeRoom({ taints: [{ key: 'gpu', value: 'yes', effect }] })
  it.each<{ name: string; node: NodeRoom; claim?: NodeClaim; want: boolean }>([
    { name: 'any, without a claim', node: ssd, want: true },
    { name: 'one with the label', node: ssd, claim: { nodeSelector: { disk: 'ssd' } }, want: true },
    { name: 'not one with another', node: ssd, claim: { nodeSelector: { disk: 'hdd' } }, want: false },
    { name: 'one whose label is larger', node: ssd, claim: term('cores', 'Gt', '4'), want: true },
    { name: 'not one without the label', node: nodeRoom(), claim: term('disk', 'In', 'ssd'), want: false },
    {
      name: 'one of this name',
      node: ssd,
      claim: {
        hardNodeAffinity: {
          nodeSelectorTerms: [{ matchFields: [{ key: 'metadata.name', operator: 'In', values: ['n7'] }] }],
        },
      },
      want: true,
    },
    {
      name: 'one that any of the terms takes, and no empty term',
      node: ssd,
      claim: {
        hardNodeAffinity: { nodeSelectorTerms: [{}, { matchExpressions: [{ key: 'disk', operator: 'Exists' }] }] },
      },
      want: true,
    },
    {
      name: 'none for an empty term alone',
      node: ssd,
      claim: { hardNodeAffinity: { nodeSelectorTerms: [{}] } },
      want: false,
    },
    { name: 'not one with a taint', node: tainted('NoSchedule'), want: false },
    { name: 'nor one that evicts', node: tainted('NoExecute'), want: false },
    {
      name: 'one whose taint is tolerated',
      node: tainted('NoSchedule'),
      claim: { tolerations: [{ key: 'gpu', operator: 'Exists' }] },
      want: true,
    },
  ])('$name', ({ node, claim, want }) => expect(takesPods(node, claim)).toBe(want))
})

describe('the pods that a node takes', () => {
  it.each<{ name: string; node: NodeRoom; requested: ResourceList; want: number }>([
    { name: 'by the scarcer resource', node: nodeRoom(), requested: { cpu: '500m', memory: '2Gi' }, want: 4 },
    { name: 'of what is left', node: nodeRoom({ requested: { cpu: '3' } }), requested: { cpu: '300m' }, want: 3 },
    { name: 'by its slots', node: nodeRoom({ pods: 108 }), requested: { cpu: '1m' }, want: 2 },
    { name: 'by its slots alone', node: nodeRoom({ pods: 100 }), requested: {}, want: 10 },
    { name: 'none of what it does not have', node: nodeRoom(), requested: { 'nvidia.com/gpu': '1' }, want: 0 },
    {
      name: 'none when it is overfull',
      node: nodeRoom({ requested: { cpu: '5' } }),
      requested: { cpu: '1m' },
      want: 0,
    },
  ])('$name', ({ node, requested, want }) => expect(podsOnNode(node, requestedAmounts(requested))).toBe(want))

  it('without what is held back for others', () => {
    const reserved = { pods: 3, requested: requestedAmounts({ cpu: '3' }) }
    expect(podsOnNode(nodeRoom(), requestedAmounts({ cpu: '500m' }), reserved)).toBe(2)
  })
})

describe('a member', () => {
  const cpu = (amount: string) => requestedAmounts({ cpu: amount })

  it('takes what its nodes take one by one, not what they have in sum', () => {
    const nodes = ['a', 'b', 'c'].map(name => nodeRoom({ name }))
    expect(replicasOnNodes(nodes, { requested: cpu('3') }, NOTHING)).toBe(3)
    expect(replicasOnNodes(nodes, { requested: cpu('5') }, NOTHING)).toBe(0)
    expect(replicasOnNodes([], { requested: cpu('1m') }, NOTHING)).toBe(0)
  })

  it('takes complete sets, each component where it may be', () => {
    const nodes = [nodeRoom({ name: 'a' }), nodeRoom({ name: 'b', labels: { gpu: 'yes' } })]
    const needs = [
      { replicas: 1, requested: cpu('1'), nodeClaim: { nodeSelector: { gpu: 'yes' } } },
      { replicas: 2, requested: cpu('1') },
    ]
    // Two sets fill a; of the third only the first two pods find a place on b.
    expect(setsOnNodes(nodes, needs, NOTHING)).toBe(2)
    expect(setsOnNodes(nodes.slice(0, 1), needs, NOTHING)).toBe(0)
  })
})
