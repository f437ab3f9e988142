import { listAt, stringAt, valueAt } from '../../object/field.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { addQuantities, type Quantity, tryParseQuantity, wholeUnits, ZERO } from '../../object/quantity.ts'

/** What something uses. */
export interface Usage {
  readonly cpu: Quantity
  readonly memory: Quantity
}

const NANOS_PER_MILLI = 1_000_000n
const MEBIBYTE = 1024 * 1024

/** What a pod uses: all of its containers. */
export function usageOfPod(metrics: KubeObject): Usage {
  const containers = listAt(metrics, 'containers').map(container => usageAt(container, 'usage'))
  return containers.reduce(
    (sum, { cpu, memory }) => ({ cpu: addQuantities(sum.cpu, cpu), memory: addQuantities(sum.memory, memory) }),
    { cpu: ZERO, memory: ZERO },
  )
}

/** CPU and memory in a map of resources. */
export function usageAt(root: unknown, ...path: readonly string[]): Usage {
  return { cpu: quantityAt(root, ...path, 'cpu'), memory: quantityAt(root, ...path, 'memory') }
}

function quantityAt(root: unknown, ...path: readonly string[]): Quantity {
  const value = valueAt(root, ...path)
  const text = typeof value === 'number' ? value : stringAt(root, ...path)
  return (text === undefined ? undefined : tryParseQuantity(text)) ?? ZERO
}

/** `250m` */
export function formatCpu({ nanos }: Quantity): string {
  return `${(nanos + NANOS_PER_MILLI - 1n) / NANOS_PER_MILLI}m`
}

/** `64Mi` */
export function formatMemory(quantity: Quantity): string {
  return `${Math.ceil(wholeUnits(quantity) / MEBIBYTE)}Mi`
}

/** `12%`; `<unknown>` of nothing. */
export function formatShare(part: Quantity, whole: Quantity): string {
  return whole.nanos === 0n ? '<unknown>' : `${(part.nanos * 100n) / whole.nanos}%`
}

/** The row of a cluster: what its pods ask for, of what its nodes have. */
export function clusterRow({ metadata, status }: Cluster): readonly string[] {
  const asked = usageAt(status, 'resourceSummary', 'allocated')
  const whole = usageAt(status, 'resourceSummary', 'allocatable')
  const nodes = status?.nodeSummary
  const pods = quantityAt(status, 'resourceSummary', 'allocated', 'pods')
  const most = quantityAt(status, 'resourceSummary', 'allocatable', 'pods')
  return [
    metadata.name,
    nodes === undefined ? '<unknown>' : `${nodes.readyNum ?? 0}/${nodes.totalNum ?? 0}`,
    formatCpu(asked.cpu),
    formatShare(asked.cpu, whole.cpu),
    formatMemory(asked.memory),
    formatShare(asked.memory, whole.memory),
    `${wholeUnits(pods)}/${wholeUnits(most)}`,
  ]
}
