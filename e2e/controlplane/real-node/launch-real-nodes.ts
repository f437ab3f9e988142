import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Binaries } from '../binaries.ts'
import type { ClusterConfig } from '../components.ts'
import type { LocalControlPlane } from '../local-control-plane.ts'
import { awaitReadyNodes } from '../nodes.ts'
import type { Supervisor } from '../supervisor.ts'
import type { FleetNetwork } from './network.ts'
import type { RealNodeConfig } from './node-files.ts'
import { launchRealNode } from './real-node.ts'

export interface Ground {
  readonly supervisor: Supervisor
  readonly binaries: Binaries
  readonly network: FleetNetwork
  /** The cluster's number within the fleet. */
  readonly index: number
}

/** What a cluster may have: a /24 for the pods of each node, and 31 clusters in a fleet. */
export const NODES_PER_CLUSTER = 8

/** @returns where the nodes of a cluster stand. @throws when there are more than eight. */
export function placeRealNodes(
  { name, directory, realNodes }: Pick<ClusterConfig, 'name' | 'directory' | 'realNodes'>,
  { second, bridge, address: gateway }: FleetNetwork,
  index: number,
): readonly RealNodeConfig[] {
  const first = index * NODES_PER_CLUSTER + 1
  if (realNodes.length > NODES_PER_CLUSTER) throw new Error(`${name}: a cluster has ${NODES_PER_CLUSTER} real nodes`)
  if (first + realNodes.length > 254) throw new Error(`${name}: no addresses for its real nodes`)
  const addresses = realNodes.map((_, n) => ({
    address: `10.${second}.0.${first + n + 1}`,
    podCidr: `10.${second}.${first + n}.0/24`,
  }))
  return addresses.map((own, n) => {
    const node = realNodes[n]?.name ?? ''
    return {
      ...own,
      name: node,
      directory: join(directory, node),
      gateway,
      bridge,
      link: `fl${second}n${first + n}`,
      peers: addresses.filter(other => other !== own),
      cgroup: `${bridge}-${node}`,
    }
  })
}

/** Starts the nodes with a kubelet that a cluster was planned with; resolves when pods can land on them. */
export async function launchRealNodes(
  cluster: LocalControlPlane,
  { supervisor, binaries, network, index }: Ground,
): Promise<void> {
  const { config } = cluster
  const proxy = cluster.endpointOf(config.tokens['kube-proxy'])
  const tokens = new Map(config.realNodes.map(({ name, token }) => [name, token]))
  const launches = placeRealNodes(config, network, index).map(place => {
    mkdirSync(place.directory, { recursive: true })
    const kubelet = cluster.endpointOf(tokens.get(place.name) ?? '')
    return launchRealNode(place, { kubelet, proxy }, { supervisor, binaries })
  })
  const nodes = await Promise.all(launches)
  cluster.adopt(nodes)
  const hopeless = (): string | undefined => nodes.map(node => node.process.whyNotRunning()).find(Boolean)
  await awaitReadyNodes(
    cluster.endpoint,
    nodes.map(node => node.name),
    hopeless,
  )
}
