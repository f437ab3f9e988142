import { listAt, stringAt, valueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { type Amounts, maxAmounts, readAmounts, sumAmounts } from './amounts.ts'

/** What the cache keeps of a member's pod: what is summed, nothing else. */
export interface PodFacts extends KubeObject {
  /** '' while it is not scheduled. */
  readonly nodeName: string
  /** Succeeded or Failed: it holds nothing any more. */
  readonly terminal: boolean
  readonly requests: Amounts
}

const COMPUTE = new Set(['cpu', 'memory', 'ephemeral-storage', 'pods'])
const SCALAR_PREFIXES = ['hugepages-', 'attachable-volumes-']

/** Projects a pod. @source spec/behaviour/clusters.md §2 rule 6 */
export function projectPod(pod: KubeObject): PodFacts {
  const { name, namespace, resourceVersion } = pod.metadata
  const phase = stringAt(pod, 'status', 'phase')
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
  }
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
