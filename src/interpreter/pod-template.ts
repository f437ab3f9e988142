import type { Toleration } from '../api/generated/propagation-policy.ts'
import type { NodeClaim, NodeSelector, ReplicaRequirements } from '../api/generated/resource-binding.ts'
import { listAt, objectAt, stringAt, stringsAt, valueAt } from '../object/field.ts'
import type { JsonObject } from '../object/kube-object.ts'
import {
  addQuantities,
  compareQuantities,
  formatQuantity,
  type Quantity,
  tryParseQuantity,
  ZERO,
} from '../object/quantity.ts'
import { isJsonObject } from '../object/raw-json.ts'

type Requests = ReadonlyMap<string, Quantity>

const NONE: Requests = new Map()
/** Resources that a pod can ask for as a whole (`spec.resources`), instead of by container. */
const POD_LEVEL_RESOURCE = /^(cpu|memory|hugepages-.*)$/
const BYTES = /^(memory|ephemeral-storage|hugepages-.*)$/
/** Scalar resources: what scheduling counts besides cpu, memory and ephemeral storage. */
const SCALAR_RESOURCE = /^(hugepages-.*|attachable-volumes-.*|.*\/.*)$/

const CONTAINER = { resources: true, restartPolicy: true } as const

/** The fields that {@link replicaRequirements} looks at: a template may hold much else. */
export const REPLICA_REQUIREMENTS_READ = {
  spec: {
    containers: CONTAINER,
    initContainers: CONTAINER,
    overhead: true,
    resources: true,
    nodeSelector: true,
    tolerations: true,
    affinity: true,
  },
} as const

/**
 * What one replica of a pod template needs of a cluster.
 *
 * @returns undefined when it needs nothing in particular.
 * @source spec/behaviour/propagation.md §6 "replicaRequirements from a pod template"
 */
export function replicaRequirements(podTemplate: unknown): ReplicaRequirements | undefined {
  const podSpec = objectAt(podTemplate, 'spec')
  if (podSpec === undefined) return undefined
  const nodeClaim = nodeClaimOf(podSpec)
  const resourceRequest = podResourceRequest(podSpec)
  if (nodeClaim === undefined && resourceRequest === undefined) return undefined
  return { ...(nodeClaim && { nodeClaim }), ...(resourceRequest && { resourceRequest }) }
}

/**
 * What a pod asks of a node, as the scheduler counts it: the sum of its containers and sidecars, or what the
 * initialisation needs at its peak if that is more, plus the overhead of its runtime class. A limit without a request
 * counts as the request, since the apiserver makes it one.
 *
 * @returns positive quantities in canonical form; undefined when there are none.
 * @throws nothing: what is not a quantity counts as zero, and the apiserver refuses the pod
 * @source Kubernetes documentation, "Sidecar Containers: resource sharing within containers"
 */
export function podResourceRequest(podSpec: JsonObject): Readonly<Record<string, string>> | undefined {
  const running = sum(listAt(podSpec, 'containers').map(requestsOf))
  const { sidecars, peak } = initialisation(listAt(podSpec, 'initContainers'))
  const containers = max(add(running, sidecars), peak)
  const total = add(podLevel(podSpec, containers), quantities(objectAt(podSpec, 'overhead')))
  const entries = [...total].filter(([name, quantity]) => counts(name) && quantity.nanos > 0n)
  return entries.length === 0 ? undefined : Object.fromEntries(entries.map(([name, q]) => [name, canonical(name, q)]))
}

/** Init containers run one after the other, each beside the sidecars that were started before it. */
function initialisation(initContainers: readonly unknown[]): { readonly sidecars: Requests; readonly peak: Requests } {
  let sidecars = NONE
  let peak = NONE
  for (const container of initContainers) {
    const isSidecar = stringAt(container, 'restartPolicy') === 'Always'
    const now = add(requestsOf(container), sidecars)
    if (isSidecar) sidecars = now
    peak = max(peak, now)
  }
  return { sidecars, peak }
}

/** What a pod asks for as a whole takes the place of what its containers add up to. */
function podLevel(podSpec: JsonObject, containers: Requests): Requests {
  const resources = objectAt(podSpec, 'resources')
  if (resources === undefined) return containers
  const asWhole = [...requestsOf(podSpec)].filter(([name]) => POD_LEVEL_RESOURCE.test(name))
  return new Map([...containers, ...asWhole])
}

function requestsOf(container: unknown): Requests {
  const limits = quantities(objectAt(container, 'resources', 'limits'))
  return new Map([...limits, ...quantities(objectAt(container, 'resources', 'requests'))])
}

function quantities(resourceList: JsonObject | undefined): Requests {
  return new Map(Object.entries(resourceList ?? {}).map(([name, value]) => [name, toQuantity(value)]))
}

function toQuantity(value: unknown): Quantity {
  return (typeof value === 'string' || typeof value === 'number' ? tryParseQuantity(value) : undefined) ?? ZERO
}

function sum(all: readonly Requests[]): Requests {
  return all.reduce(add, NONE)
}

function add(a: Requests, b: Requests): Requests {
  return combine(a, b, addQuantities)
}

function max(a: Requests, b: Requests): Requests {
  return combine(a, b, (left, right) => (compareQuantities(left, right) >= 0 ? left : right))
}

function combine(a: Requests, b: Requests, merge: (left: Quantity, right: Quantity) => Quantity): Requests {
  const merged = [...b].map(([name, quantity]): [string, Quantity] => [name, merge(a.get(name) ?? ZERO, quantity)])
  return new Map([...a, ...merged])
}

function counts(name: string): boolean {
  return name === 'cpu' || BYTES.test(name) || SCALAR_RESOURCE.test(name)
}

/** Karmada counts milli-CPUs, bytes and whole devices, and writes bytes in binary and the others in decimal notation. */
function canonical(name: string, quantity: Quantity): string {
  const step = name === 'cpu' ? 1_000_000n : 1_000_000_000n
  const nanos = ((quantity.nanos + step - 1n) / step) * step
  return formatQuantity({ nanos, format: BYTES.test(name) ? 'BinarySI' : 'DecimalSI' })
}

function nodeClaimOf(podSpec: JsonObject): NodeClaim | undefined {
  const nodeSelector = stringsAt(podSpec, 'nodeSelector')
  const tolerations = listAt(podSpec, 'tolerations').filter(isToleration)
  const affinity = valueAt(podSpec, 'affinity', 'nodeAffinity', 'requiredDuringSchedulingIgnoredDuringExecution')
  const claim: NodeClaim = {
    ...(isNodeSelector(affinity) && { hardNodeAffinity: affinity }),
    ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
    ...(tolerations.length > 0 && { tolerations }),
  }
  return Object.keys(claim).length > 0 ? claim : undefined
}

// The apiserver has checked pod templates against their schema: what has the outer shape has the inner one.
function isNodeSelector(value: unknown): value is NodeSelector {
  return Array.isArray(valueAt(value, 'nodeSelectorTerms'))
}

function isToleration(value: unknown): value is Toleration {
  return isJsonObject(value)
}
