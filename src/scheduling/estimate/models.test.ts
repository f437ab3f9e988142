import { describe, expect, it } from '@jest/globals'
import type { Component, NodeClaim, ReplicaRequirements, SchedulableCluster } from '../placement.ts'
import { estimateReplicas, estimateSets } from './general.ts'

type Counts = Readonly<Record<number, number>>
const MODELS = [
  { grade: 0, ranges: [rangeOf('cpu', '0', '2'), rangeOf('memory', '0', '4Gi')] },
  { grade: 1, ranges: [rangeOf('cpu', '2', '4'), rangeOf('memory', '4Gi', '16Gi')] },
  { grade: 2, ranges: [rangeOf('cpu', '4', '8'), rangeOf('memory', '16Gi', '32Gi')] },
]

function rangeOf(name: string, min: string, max: string) {
  return { name, min, max }
}

/** So many nodes of each grade; in sum 1000 pods, 100 CPUs and 1000 GiB are free. */
function cluster(counts: Counts | undefined, models = MODELS, pods = '1000'): SchedulableCluster {
  const modelings = counts && Object.entries(counts).map(([grade, count]) => ({ grade: Number(grade), count }))
  return {
    metadata: { name: 'm' },
    spec: { resourceModels: models },
    status: {
      resourceSummary: {
        allocatable: { pods, cpu: '100', memory: '1000Gi', 'nvidia.com/gpu': '8' },
        ...(modelings && { allocatableModelings: modelings }),
      },
    },
  }
}

const asking = (resourceRequest: Record<string, string>, nodeClaim?: NodeClaim): ReplicaRequirements => ({
  resourceRequest,
  ...(nodeClaim && { nodeClaim }),
})
const affinityTo = (operator: string, values?: readonly string[]): NodeClaim => ({
  hardNodeAffinity: {
    nodeSelectorTerms: [{ matchExpressions: [{ key: 'disk', operator, ...(values && { values }) }] }],
  },
})

describe('estimateReplicas by grades of nodes (scheduling.md §6.1 item 4)', () => {
  const oneCpu = asking({ cpu: '1', memory: '1Gi' })
  it.each<{ name: string; of: SchedulableCluster; requirements?: ReplicaRequirements; want: number }>([
    { name: 'each node has the lower bound of its grade: 3 × 2 + 1 × 4', of: cluster({ 1: 3, 2: 1 }), want: 10 },
    {
      name: 'the scarcer resource decides',
      of: cluster({ 1: 3 }),
      requirements: asking({ cpu: '1', memory: '4Gi' }),
      want: 3,
    },
    { name: 'nodes of the lowest grade have nothing for sure', of: cluster({ 0: 50 }), want: 0 },
    {
      name: 'a pod that no single node takes, though the sum would',
      of: cluster({ 2: 9 }),
      requirements: asking({ cpu: '5' }),
      want: 0,
    },
    { name: '110 pods a node', of: cluster({ 1: 2 }), requirements: asking({ cpu: '1m' }), want: 220 },
    { name: 'no more than there are free pods', of: cluster({ 2: 9 }, MODELS, '5'), want: 5 },
    { name: 'nothing asked for: pods alone, on nodes', of: cluster({ 1: 2 }), requirements: {}, want: 220 },
    { name: 'no grades counted: the sum', of: cluster(undefined), want: 100 },
    {
      name: 'grades that say nothing of a resource: the sum',
      of: cluster({ 1: 3 }),
      requirements: asking({ 'nvidia.com/gpu': '2' }),
      want: 4,
    },
    { name: 'the default grades where the cluster names none', of: cluster({ 3: 2 }, []), want: 8 },
    {
      name: 'a node selector: no label is known of a node',
      of: cluster({ 1: 3 }),
      requirements: asking({ cpu: '1' }, { nodeSelector: { disk: 'ssd' } }),
      want: 0,
    },
    {
      name: 'affinity to a label',
      of: cluster({ 1: 3 }),
      requirements: asking({ cpu: '1' }, affinityTo('In', ['ssd'])),
      want: 0,
    },
    {
      name: 'affinity to the absence of a label',
      of: cluster({ 1: 3 }),
      requirements: asking({ cpu: '1' }, affinityTo('DoesNotExist')),
      want: 6,
    },
    {
      name: 'a term without expressions matches no node',
      of: cluster({ 1: 3 }),
      requirements: asking({ cpu: '1' }, { hardNodeAffinity: { nodeSelectorTerms: [{}] } }),
      want: 0,
    },
  ])('$name', ({ of, requirements = oneCpu, want }) => expect(estimateReplicas(requirements)(of)).toBe(want))
})

describe('estimateSets (scheduling.md §6.1 "Component sets")', () => {
  const flink = (
    manager: Record<string, string>,
    worker: Record<string, string>,
    workers = 2,
  ): readonly Component[] => [
    { name: 'manager', replicas: 1, replicaRequirements: { resourceRequest: manager } },
    { name: 'worker', replicas: workers, replicaRequirements: { resourceRequest: worker } },
  ]
  it.each<{ name: string; of: SchedulableCluster; components: readonly Component[]; want: number }>([
    { name: 'no summary', of: { metadata: { name: 'm' } }, components: flink({}, {}), want: 0 },
    { name: 'pods: 1000 / 3', of: cluster(undefined), components: flink({}, {}), want: 333 },
    {
      name: 'the sum: 100 CPUs / (1 + 2 × 12)',
      of: cluster(undefined),
      components: flink({ cpu: '1' }, { cpu: '12' }),
      want: 4,
    },
    {
      name: 'nodes: both workers and the manager of a set on two nodes',
      of: cluster({ 2: 4 }),
      components: flink({ cpu: '2' }, { cpu: '3' }),
      want: 1,
    },
    {
      name: 'nodes: two sets when the managers fit beside',
      of: cluster({ 2: 4 }),
      components: flink({ cpu: '1' }, { cpu: '3' }),
      want: 2,
    },
    { name: 'a pod that no node takes', of: cluster({ 2: 9 }), components: flink({ cpu: '1' }, { cpu: '5' }), want: 0 },
    {
      name: 'a component without replicas needs nothing',
      of: cluster({ 1: 2 }),
      components: flink({ cpu: '2' }, { cpu: '64' }, 0),
      want: 2,
    },
  ])('$name', ({ of, components, want }) => expect(estimateSets(components)(of)).toBe(want))
})
