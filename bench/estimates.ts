import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { newNodeAccounts } from '../src/clusters/status/node-accounts.ts'
import { projectNode } from '../src/clusters/status/node-facts.ts'
import { newPodProjection } from '../src/clusters/status/pod-facts.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { freezeDeep, newStringPool } from '../src/runtime/freeze.ts'
import type { Change } from '../src/runtime/informer.ts'
import { WatchCache } from '../src/runtime/watch-cache.ts'
import { newAccurateEstimator } from '../src/scheduling/estimate/accurate.ts'
import { newInFlight } from '../src/scheduling/estimate/in-flight.ts'
import type { NodeClaim, SchedulableSpec } from '../src/scheduling/placement.ts'
import type { Question } from './question.ts'
import type { Report } from './report.ts'

export const estimates: Question = {
  name: 'estimates',
  asks: 'what a member of 1000 nodes takes in memory, and an estimate of it in time',
  clusters: 'none',
  measure: measureEstimates,
}

const [NODES, PODS, WORKLOADS, IN_FLIGHT, RUNS] = [1000, 10_000, 500, 400, 301]

/** What the operator keeps of one large member for estimates, and what an estimate costs. It needs no clusters. */
function measureEstimates(): Report {
  const before = heapBytes()
  const [nodes, nodeChanges] = cacheOf(NODES, node, projectNode)
  const withNodes = heapBytes()
  const [pods, podChanges] = cacheOf(PODS, pod, newPodProjection())
  const withPods = heapBytes()
  const accounts = newNodeAccounts(() => undefined)
  const startMs = performance.now()
  for (const change of nodeChanges) accounts.takeNode(change)
  for (const change of podChanges) accounts.takePod(change)
  const passMs = performance.now() - startMs
  const withAccounts = heapBytes()
  const room = { ...accounts, version: accounts.version, quotas: () => [] }
  const roomOf = () => room
  const inFlight = newInFlight({ clock: systemClock, isHealthy: () => undefined, roomOf, onFreed: () => undefined })
  const estimator = newAccurateEstimator({ roomOf, inFlight })
  const timed = (claim?: NodeClaim) => medianMicros(() => estimator.estimate(workload('any', claim)).get('member'))
  const figures = {
    bytesPerNode: Math.round((withNodes - before) / NODES),
    bytesPerNodeAccount: Math.round((withAccounts - withPods) / NODES),
    bytesPerPod: Math.round((withPods - withNodes) / PODS),
    allKib: Math.round((withAccounts - before) / 1024),
    firstPassMs: Math.round(passMs),
    anyNodeUs: timed(),
    nodeSelectorUs: timed({ nodeSelector: { pool: 'p1' } }),
    nodeAffinityUs: timed({
      hardNodeAffinity: {
        nodeSelectorTerms: [{ matchExpressions: [{ key: 'zone', operator: 'In', values: ['z1', 'z2'] }] }],
      },
    }),
    othersInFlightUs: whileInFlight(estimator),
  }
  // Held until here: what is measured must not be collected before.
  const setting = { nodes: nodes.size, pods: pods.size, workloads: WORKLOADS, inFlight: IN_FLIGHT }
  return { question: 'estimates', setting, figures, bare: {}, requests: [] }
}

/** Each estimate follows a decision, so that what is on its way is counted anew. */
function whileInFlight(estimator: ReturnType<typeof newAccurateEstimator>): number {
  const assign = (index: number, replicas: number): void => {
    const clusters = [{ name: 'member', replicas }]
    estimator.assigned({ binding: `shop/${index}`, before: [], spec: { ...workload(`web-${index}`), clusters } })
  }
  for (let index = 0; index < IN_FLIGHT; index++) assign(index, 2)
  let turn = 0
  return medianMicros(() => {
    assign(0, 2 + (turn++ % 2))
    return estimator.estimate(workload('any')).get('member')
  })
}

function workload(name: string, nodeClaim?: NodeClaim): SchedulableSpec {
  const resourceRequest = { cpu: '500m', memory: '1Gi' }
  return {
    resource: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name },
    replicas: 3,
    placement: {},
    replicaRequirements: { resourceRequest, ...(nodeClaim && { nodeClaim }) },
  }
}

function medianMicros(run: () => unknown): number {
  const times = Array.from({ length: RUNS }, () => {
    const startMs = performance.now()
    run()
    return (performance.now() - startMs) * 1000
  })
  return Math.round(times.sort((a, b) => a - b)[RUNS >> 1] ?? 0)
}

function heapBytes(): number {
  setFlagsFromString('--expose-gc')
  const collect: unknown = runInNewContext('gc')
  for (let round = 0; round < 2; round++) if (typeof collect === 'function') collect()
  return process.memoryUsage().heapUsed
}

/** Objects as a watch gives them: decoded anew, projected, frozen. */
function cacheOf<T extends KubeObject>(
  count: number,
  make: (index: number) => object,
  project: (object: KubeObject) => T,
): readonly [WatchCache<T>, readonly Change<T>[]] {
  const share = newStringPool()
  const cache = new WatchCache<T>({ keep: object => freezeDeep(project(object), share) })
  const list = cache.replace()
  for (let index = 0; index < count; index++) list.put(JSON.parse(JSON.stringify(make(index))))
  return [cache, list.finish('1')]
}

function node(index: number): object {
  const name = `node-${index}`
  const labels = {
    'kubernetes.io/hostname': name,
    'kubernetes.io/os': 'linux',
    'kubernetes.io/arch': 'amd64',
    'topology.kubernetes.io/region': 'eu',
    'node.kubernetes.io/instance-type': 'large',
    zone: `z${index % 3}`,
    pool: `p${index % 5}`,
    'node-role': 'worker',
  }
  const allocatable = { cpu: '16', memory: '64Gi', pods: '110', 'ephemeral-storage': '100Gi' }
  const conditions = [{ type: 'Ready', status: 'True' }]
  const taints = index % 10 === 0 ? [{ key: 'gpu', value: 'yes', effect: 'NoSchedule' }] : []
  const metadata = { name, resourceVersion: String(index), labels }
  return { apiVersion: 'v1', kind: 'Node', metadata, spec: { taints }, status: { conditions, allocatable } }
}

function pod(index: number): object {
  const of = index % WORKLOADS
  const replicaSet = `app-${of}-6d4cf56db6`
  const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: replicaSet, uid: 'u', controller: true }
  const requests = { cpu: `${100 + (of % 7) * 50}m`, memory: `${128 * (1 + (of % 5))}Mi` }
  const metadata = {
    name: `${replicaSet}-x${index}`,
    namespace: `team-${index % 50}`,
    resourceVersion: String(NODES + index),
    labels: { 'pod-template-hash': '6d4cf56db6' },
    ownerReferences: [owner],
  }
  const spec = { nodeName: `node-${index % NODES}`, containers: [{ name: 'c', resources: { requests } }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec, status: { phase: 'Running' } }
}
