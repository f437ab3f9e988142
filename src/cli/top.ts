import { CLUSTER, NODE, type Resource } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { isNotFound } from '../kube/status-error.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { AskedFleet } from './fleet/on-fleet.ts'
import type { OpenMember } from './fleet/open-members.ts'
import { CommandError } from './manifests.ts'
import { isOf } from './plan/world.ts'
import { printTable } from './table.ts'
import { clusterRow, formatCpu, formatMemory, formatShare, usageAt, usageOfPod } from './top/usage.ts'

const METRICS = { group: 'metrics.k8s.io', version: 'v1beta1' } as const
const NODE_METRICS: Resource = { ...METRICS, plural: 'nodes', kind: 'NodeMetrics', namespaced: false }
const POD_METRICS: Resource = { ...METRICS, plural: 'pods', kind: 'PodMetrics', namespaced: true }
const CLUSTER_COLUMNS = ['CLUSTER', 'NODES', 'CPU(asked)', 'CPU%', 'MEMORY(asked)', 'MEMORY%', 'PODS'] as const

export interface TopPodsOptions {
  /** '' for all. */
  readonly namespace: string
  readonly labelSelector?: string
}

export interface TopDeps {
  readonly asked: AskedFleet
  readonly write: (text: string) => void
  readonly warn: (text: string) => void
}

/** What nodes of every member use, and how much that is of what they have. @returns the exit code. */
export async function topNodes({ asked, write, warn }: TopDeps): Promise<number> {
  const { signal } = asked
  const answers = await asked.ask(async source => {
    const [metrics, nodes] = await Promise.all([
      readMetrics(source, NODE_METRICS, { namespace: '', signal }),
      source.client.list(NODE, {}, { signal }),
    ])
    const byName = new Map(nodes.items.map(node => [node.metadata.name, node]))
    return metrics.map(each => nodeRow(each, byName.get(each.metadata.name)))
  })
  if (answers.length === 0) return 1
  const rows = answers.flatMap(({ cluster, answer }) => answer.map(row => [cluster, ...row]))
  return print({ write, warn }, ['CLUSTER', 'NAME', 'CPU(cores)', 'CPU%', 'MEMORY(bytes)', 'MEMORY%'], rows)
}

function nodeRow(metrics: KubeObject, node: KubeObject | undefined): readonly string[] {
  const used = usageAt(metrics, 'usage')
  const whole = usageAt(node, 'status', 'allocatable')
  return [
    metrics.metadata.name,
    formatCpu(used.cpu),
    formatShare(used.cpu, whole.cpu),
    formatMemory(used.memory),
    formatShare(used.memory, whole.memory),
  ]
}

/** What pods of every member use. @returns the exit code. */
export async function topPods({ asked, write, warn }: TopDeps, options: TopPodsOptions): Promise<number> {
  const { namespace, labelSelector } = options
  const { signal } = asked
  const answers = await asked.ask(source =>
    readMetrics(source, POD_METRICS, { namespace, signal, ...(labelSelector !== undefined && { labelSelector }) }),
  )
  if (answers.length === 0) return 1
  const rows = answers.flatMap(({ cluster, answer }) =>
    answer.map(metrics => {
      const { cpu, memory } = usageOfPod(metrics)
      const place = namespace === '' ? [metrics.metadata.namespace ?? ''] : []
      return [cluster, ...place, metrics.metadata.name, formatCpu(cpu), formatMemory(memory)]
    }),
  )
  const place = namespace === '' ? ['NAMESPACE'] : []
  return print({ write, warn }, ['CLUSTER', ...place, 'NAME', 'CPU(cores)', 'MEMORY(bytes)'], rows)
}

/** What pods ask for in each member, of what its nodes have, as its Cluster tells. @returns the exit code. */
export async function topClusters(
  host: Pick<Client, 'list'>,
  { clusters, write, warn }: Pick<TopDeps, 'write' | 'warn'> & { readonly clusters: readonly string[] },
  signal: AbortSignal,
): Promise<number> {
  const { items } = await host.list(CLUSTER, {}, { signal })
  const chosen = items
    .filter(isOf<Cluster>(CLUSTER))
    .filter(({ metadata }) => clusters.length === 0 || clusters.includes(metadata.name))
  return print({ write, warn }, CLUSTER_COLUMNS, chosen.map(clusterRow))
}

interface Query {
  readonly namespace: string
  readonly labelSelector?: string
  readonly signal: AbortSignal
}

async function readMetrics(
  { client }: OpenMember,
  resource: Resource,
  { signal, ...query }: Query,
): Promise<readonly KubeObject[]> {
  try {
    return (await client.list(resource, query, { signal })).items
  } catch (error) {
    if (!isNotFound(error)) throw error
    throw new CommandError('it serves no metrics.k8s.io: what things use is told by a metrics-server there')
  }
}

function print(
  { write, warn }: Pick<TopDeps, 'write' | 'warn'>,
  columns: readonly string[],
  rows: readonly (readonly string[])[],
): number {
  if (rows.length === 0) warn('No resources found.\n')
  else
    write(
      printTable(columns, rows)
        .map(line => `${line}\n`)
        .join(''),
    )
  return 0
}
