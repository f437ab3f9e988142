import type { Template } from './world.ts'

/** An object that a member holds. */
export interface Held {
  readonly kind: Template['kind']
  /** Another one when it was deleted and made again. */
  readonly uid: string
  /** Whether it says that it is ours. */
  readonly isManaged: boolean
  /** What it says in all its places; where these differ, all that it says. */
  readonly value: string
  /** What an override policy has written into it, or nothing. */
  readonly mark: string
  /** Of a Deployment: the ConfigMaps that its Pods read. */
  readonly needs: readonly string[]
  /** Of a Deployment. */
  readonly replicas: number
  /** Of a Deployment: what its own controllers say. */
  readonly counts: Counts
}

/** What a Deployment's status counts. */
export const COUNTERS = ['replicas', 'readyReplicas', 'updatedReplicas'] as const

export type Counts = Readonly<Record<(typeof COUNTERS)[number], number>>

/** What each member holds, by its name and the object's. */
export type Holdings = ReadonlyMap<string, ReadonlyMap<string, Held>>

/** What the host says of it. */
export interface HostState {
  /** By the template's name. */
  readonly bindings: ReadonlyMap<string, BindingState>
  /** By member. */
  readonly works: ReadonlyMap<string, readonly WorkState[]>
  /** Of each Cluster that there is, by name. */
  readonly clusters: ReadonlyMap<string, MemberState>
  /** What the templates of Deployments say of all members together, by name. */
  readonly rollouts: ReadonlyMap<string, Rollout>
  readonly policies: readonly string[]
  readonly overrides: readonly string[]
  /** Clusters for which there is a namespace that Works are in. */
  readonly spaces: readonly string[]
  /** The resourceVersion of each object of ours, by its namespace and name: the same as long as nobody writes. */
  readonly versions: ReadonlyMap<string, string>
}

/** What was seen when the members were as asked for. */
export interface Quiet {
  readonly holdings: Holdings
  readonly clusters: HostState['clusters']
}

/** What a binding says. */
export interface BindingState {
  /** That all of it is applied. */
  readonly applied: boolean
  /** That it is scheduled as it is now. */
  readonly scheduled: boolean
  /** That its template shows the status of all members together. */
  readonly shown: boolean
  /** By cluster: how many replicas it is to have. */
  readonly shares: ReadonlyMap<string, number>
  /** Where those are that need it. */
  readonly required: readonly string[]
  /** Clusters that it is still leaving. */
  readonly leaving: readonly string[]
  /** Clusters of which it tells that it is applied there. */
  readonly told: readonly string[]
}

export interface WorkState {
  /** Of the object that it is for. */
  readonly kind: Template['kind']
  readonly name: string
  /** As it is now. */
  readonly applied: boolean
}

export interface MemberState {
  readonly ready: boolean
  /** RFC 3339: since when it is ready, or is not. */
  readonly since: string
  /** As `<key>:<effect>`. */
  readonly taints: readonly string[]
}

export interface Rollout {
  readonly counts: Counts
  /** Whether every member has reported the template as it is now. */
  readonly isCurrent: boolean
}
