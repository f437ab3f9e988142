import { listAt, stringAt, valueAt } from '../../object/field.ts'
import { parseApiVersion } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { workloadKey } from '../../scheduling/estimate/member-room.ts'
import { type Amounts, maxAmounts, readAmounts, sumAmounts } from './amounts.ts'

/** What the cache keeps of a member's pod: what is summed, and whose it is. */
export interface PodFacts extends KubeObject {
  /** '' while it is not scheduled. */
  readonly nodeName: string
  /** Succeeded or Failed: it holds nothing any more. */
  readonly terminal: boolean
  readonly requests: Amounts
  /** The workload that it belongs to, by {@link workloadKey}; '' for none. */
  readonly workload: string
  /** Since when the member's scheduler has found no node for it, in milliseconds since the epoch. */
  readonly unschedulableSinceMs?: number
}

const POOL_LIMIT = 1_000
const COMPUTE = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods'])
const SCALAR_PREFIXES = ['hugepages-', 'attachable-volumes-']

/** @returns projects pods; those with equal requests share them, as the pods of one workload do. */
export function newPodProjection(): (pod: KubeObject) => PodFacts {
  const pool = new Map<string, Amounts>()
  return pod => {
    const facts = projectPod(pod)
    const key = Object.entries(facts.requests)
      .map(([name, { nanos, format }]) => `${name}=${nanos}${format}`)
      .join()
    const known = pool.get(key)
    if (known !== undefined) return { ...facts, requests: known }
    // It saves memory, it must not become a leak.
    if (pool.size >= POOL_LIMIT) pool.clear()
    pool.set(key, facts.requests)
    return facts
  }
}

/** Projects a pod. @source spec/behaviour/clusters.md §2 rule 6 */
export function projectPod(pod: KubeObject): PodFacts {
  const { name, namespace, resourceVersion } = pod.metadata
  const phase = stringAt(pod, 'status', 'phase')
  const sinceMs = unschedulableSinceMs(pod)
  return {
    apiVersion: pod.apiVersion,
    kind: pod.kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    nodeName: stringAt(pod, 'spec', 'nodeName') ?? '',
    terminal: phase === 'Succeeded' || phase === 'Failed',
    requests: requestsOf(valueAt(pod, 'spec')),
    workload: workloadOf(pod),
    ...(sinceMs !== undefined && { unschedulableSinceMs: sinceMs }),
  }
}

function unschedulableSinceMs(pod: KubeObject): number | undefined {
  const condition = listAt(pod, 'status', 'conditions').find(each => stringAt(each, 'type') === 'PodScheduled')
  if (stringAt(condition, 'status') !== 'False' || stringAt(condition, 'reason') !== 'Unschedulable') return undefined
  const sinceMs = Date.parse(stringAt(condition, 'lastTransitionTime') ?? '')
  return Number.isNaN(sinceMs) ? undefined : sinceMs
}

/**
 * Its controller; of a ReplicaSet that a Deployment made, the Deployment: such a ReplicaSet is called after it and the hash
 * that is a label of its pods.
 */
function workloadOf({ metadata }: KubeObject): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true)
  if (owner === undefined) return ''
  const { namespace = '' } = metadata
  const { group } = parseApiVersion(owner.apiVersion)
  const suffix = `-${metadata.labels?.['pod-template-hash'] ?? ''}`
  const isOfDeployment =
    group === 'apps' && owner.kind === 'ReplicaSet' && suffix !== '-' && owner.name.endsWith(suffix)
  if (!isOfDeployment) return workloadKey({ group, kind: owner.kind, namespace, name: owner.name })
  return workloadKey({ group, kind: 'Deployment', namespace, name: owner.name.slice(0, -suffix.length) })
}

/** Σ containers, at least each init container, plus overhead. */
export function requestsOf(podSpec: unknown): Amounts {
  const containers = sumAmounts(listAt(podSpec, 'containers').map(containerRequests))
  const peak = listAt(podSpec, 'initContainers').map(containerRequests).reduce(maxAmounts, containers)
  const overhead = readAmounts(valueAt(podSpec, 'overhead'))
  const total = Object.keys(overhead).length === 0 ? peak : sumAmounts([peak, overhead])
  return Object.fromEntries(Object.entries(total).filter(([name]) => isCounted(name)))
}

function containerRequests(container: unknown): Amounts {
  return readAmounts(valueAt(container, 'resources', 'requests'))
}

function isCounted(name: string): boolean {
  return COMPUTE.has(name) || name.includes('/') || SCALAR_PREFIXES.some(prefix => name.startsWith(prefix))
}
