import { describe, expect, it } from '@jest/globals'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { countByGrade } from './modelings.ts'
import { type NodeFacts, projectNode } from './node-facts.ts'
import { type PodFacts, projectPod, requestsOf } from './pod-facts.ts'
import { summariseNodes, summariseResources } from './resource-summary.ts'

const object = (kind: string, name: string, rest: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, resourceVersion: '1', labels: { dropped: 'yes' } },
  ...rest,
})
const node = (name: string, allocatable: unknown, ready = 'True'): NodeFacts =>
  projectNode(
    object('Node', name, { status: { allocatable, conditions: [null, { type: 'Ready', status: ready }] }, spec: {} }),
  )
const container = (requests: JsonObject): JsonObject => ({ name: 'c', resources: { requests } })
const pod = (requests: JsonObject, nodeName?: string, phase = 'Running'): PodFacts =>
  projectPod(object('Pod', 'p', { spec: { nodeName, containers: [container(requests)] }, status: { phase } }))
const size = { cpu: '4', memory: '16Gi', pods: '110' }

// spec/behaviour/clusters.md §2 rule 6
describe('requestsOf', () => {
  it.each<{ name: string; spec: JsonObject; want: JsonObject }>([
    {
      name: 'containers add up',
      spec: { containers: [container({ cpu: '100m' }), container({ cpu: '1', 'example.com/gpu': 1 })] },
      want: { cpu: 1_100_000_000n, 'example.com/gpu': 1_000_000_000n },
    },
    {
      name: 'the largest init container counts when it is more, and overhead is added',
      spec: {
        containers: [container({ cpu: '1', memory: '1Ki' })],
        initContainers: [container({ cpu: '2' }), container({ cpu: '500m', memory: '2Ki' })],
        overhead: { cpu: '1' },
      },
      want: { cpu: 3_000_000_000n, memory: 2_048_000_000_000n },
    },
    {
      name: 'other resources, malformed and negative amounts do not count',
      spec: { containers: [container({ storage: '1Gi', cpu: 'much', memory: '-1', 'hugepages-2Mi': {} }), 7] },
      want: {},
    },
  ])('$name', ({ spec, want }) => {
    const nanos = Object.fromEntries(Object.entries(requestsOf(spec)).map(([name, { nanos: n }]) => [name, n]))
    expect(nanos).toEqual(want)
  })
})

describe('summaries', () => {
  const nodes = [node('a', size), node('b', { ...size, cpu: '3500m', memory: '1048576Ki' }, 'False')]
  const pods = [
    pod({ cpu: '250m', memory: '64Mi' }, 'a'),
    pod({ cpu: '250m', memory: '134217728' }, 'b', 'Pending'),
    pod({ cpu: '8' }, 'a', 'Succeeded'),
    pod({ cpu: '8' }, 'a', 'Failed'),
    pod({ cpu: '1' }, undefined, 'Pending'),
    pod({}, undefined, 'Pending'),
  ]

  it('count nodes and those of them that are ready', () => {
    expect(summariseNodes(nodes)).toEqual({ totalNum: 2, readyNum: 1 })
  })

  it('sum what nodes offer, pods hold and pods wait for', () => {
    expect(summariseResources(nodes, pods)).toEqual({
      allocatable: { cpu: '7500m', memory: '17Gi', pods: '220' },
      allocated: { cpu: '500m', memory: '192Mi', pods: '2' },
      allocating: { cpu: '1', pods: '2' },
    })
  })

  it('leave zeros out', () => {
    expect(summariseResources([], [])).toEqual({ allocatable: {}, allocated: {}, allocating: {} })
  })

  it('keep of a pod and a node only what is summed', () => {
    expect(nodes[0]).not.toHaveProperty('metadata.labels')
    expect(pods[0]).not.toHaveProperty('spec')
  })
})

describe('countByGrade', () => {
  const grades = (nodes: readonly NodeFacts[], pods: readonly PodFacts[] = []): readonly number[] =>
    countByGrade(nodes, pods, undefined).map(({ count }) => count)

  it.each<{ name: string; nodes: readonly NodeFacts[]; pods?: readonly PodFacts[]; want: readonly number[] }>([
    { name: 'the scarcer resource decides', nodes: [node('a', size)], want: [0, 0, 1, 0, 0, 0, 0, 0, 0] },
    {
      name: 'what pods hold is not available',
      nodes: [node('a', size)],
      pods: [pod({ memory: '13Gi' }, 'a'), pod({ memory: '1Gi' }, 'b')],
      want: [1, 0, 0, 0, 0, 0, 0, 0, 0],
    },
    {
      name: 'a node without a free pod slot is left out, those behind it are counted',
      nodes: [node('full', { ...size, pods: '1' }), node('b', size)],
      pods: [pod({}, 'full')],
      want: [0, 0, 1, 0, 0, 0, 0, 0, 0],
    },
    {
      name: 'the last grade has no upper end',
      nodes: [node('a', { cpu: '500', memory: '4Ti', pods: '1k' })],
      want: [0, 0, 0, 0, 0, 0, 0, 0, 1],
    },
  ])('$name', ({ nodes, pods, want }) => expect(grades(nodes, pods)).toEqual(want))

  it('leaves out a node below the lowest grade, and follows the order of the models', () => {
    const models = [
      { grade: 7, ranges: [{ name: 'cpu', min: '2', max: '4' }] },
      { grade: 8, ranges: [{ name: 'cpu', min: '4', max: '8' }] },
    ]
    const nodes = [node('a', size), node('b', { ...size, cpu: '1' }), node('c', { ...size, cpu: '3' })]
    expect(countByGrade(nodes, [], models)).toEqual([
      { grade: 7, count: 1 },
      { grade: 8, count: 1 },
    ])
  })
})
