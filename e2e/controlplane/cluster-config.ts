import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { type ClusterConfig, DEDICATED_CONTROLLERS } from './components.ts'
import { COMPONENTS, type Component, type NodeGroup } from './control-plane.ts'
import type { ClusterOptions, FleetOptions, HostKind } from './fleet.ts'

/** A cluster to be: what it runs and the nodes it gets. */
export interface ClusterPlan {
  readonly name: string
  readonly components: readonly Component[]
  readonly controllers: readonly string[]
  readonly nodes: NodeGroup
  readonly apiserverFlags: readonly string[]
  /** How many nodes with a kubelet. */
  readonly realNodes: number
}

const DEFAULT_NODES: NodeGroup = { count: 2 }
const DEFAULT_MEMBERS = 2

/** Components that each kind of host runs. */
const HOST_COMPONENTS: Readonly<Record<HostKind, readonly Component[]>> = {
  dedicated: ['apiserver', 'controller-manager'],
  ordinary: COMPONENTS,
}

/** @returns the host that the options ask for. */
export function planHost(options: FleetOptions): ClusterPlan {
  const host = typeof options.host === 'object' ? options.host : { kind: options.host ?? 'dedicated' }
  const components = host.components ?? HOST_COMPONENTS[host.kind]
  return {
    name: host.name ?? 'host',
    components,
    controllers: host.kind === 'dedicated' ? DEDICATED_CONTROLLERS : ['*'],
    nodes: nodesOf(components, host.nodes ?? options.nodes),
    apiserverFlags: host.apiserverFlags ?? [],
    realNodes: host.realNodes ?? 0,
  }
}

/** @returns the members that the options ask for, in their order. */
export function planMembers({ members = DEFAULT_MEMBERS, nodes }: FleetOptions): readonly ClusterPlan[] {
  const wanted = typeof members === 'number' ? Array.from({ length: members }, (_, n) => `member${n + 1}`) : members
  return wanted.map(member => planMember(member, nodes))
}

/** @returns one member. */
export function planMember(member: string | ClusterOptions, nodes: NodeGroup | undefined): ClusterPlan {
  const options = typeof member === 'string' ? { name: member } : member
  const components = options.components ?? COMPONENTS
  return {
    name: options.name,
    components,
    controllers: ['*'],
    nodes: nodesOf(components, options.nodes ?? nodes),
    apiserverFlags: options.apiserverFlags ?? [],
    realNodes: options.realNodes ?? 0,
  }
}

/** What a fleet gives to one of its clusters. */
export interface ClusterPlace {
  readonly directory: string
  readonly etcdUrl: string
  /** Default 127.0.0.1. */
  readonly address?: string
  readonly port: number
  /** Its number within the fleet. */
  readonly index: number
}

/** @returns a plan with everything that is decided when the cluster is made. */
export function toClusterConfig(plan: ClusterPlan, place: ClusterPlace): ClusterConfig {
  const token = (): string => randomBytes(16).toString('hex')
  return {
    name: plan.name,
    components: plan.components,
    controllers: plan.controllers,
    apiserverFlags: plan.apiserverFlags,
    directory: join(place.directory, plan.name),
    etcdUrl: place.etcdUrl,
    address: place.address ?? '127.0.0.1',
    port: place.port,
    network: place.index % 64,
    tokens: {
      admin: token(),
      'controller-manager': token(),
      scheduler: token(),
      kwok: token(),
      'kube-proxy': token(),
    },
    realNodes: Array.from({ length: plan.realNodes }, (_, n) => ({ name: `${plan.name}-${n + 1}`, token: token() })),
  }
}

function nodesOf(components: readonly Component[], nodes: NodeGroup | undefined): NodeGroup {
  return components.includes('kwok') ? (nodes ?? DEFAULT_NODES) : { count: 0 }
}
