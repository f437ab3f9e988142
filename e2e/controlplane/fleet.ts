import type { Component, ControlPlane, NodeGroup } from './control-plane.ts'
import type { Etcd } from './etcd.ts'
import type { Reporter } from './progress.ts'
import type { ProcessSpec, SupervisedProcess } from './supervisor.ts'

/**
 * `dedicated`: only the controllers that namespaces, ownership and ServiceAccounts need, nothing runs there.
 * `ordinary`: all controllers, scheduler and nodes, as any cluster in the world.
 */
export type HostKind = 'dedicated' | 'ordinary'

export interface ClusterOptions {
  readonly name: string
  /** Default: those of the fleet. `count: 0` for none. */
  readonly nodes?: NodeGroup
  /** Default: all for members and ordinary hosts. The apiserver is always among them. */
  readonly components?: readonly Component[]
  /**
   * Nodes with a kubelet besides the fake ones, called `<cluster>-<n>`; default 0. Local provider only, not in a detached
   * fleet, and only where `realNodeObstacle` finds none.
   */
  readonly realNodes?: number
  /** Adds flags to the apiserver's, e.g. for a feature gate (local provider only). */
  readonly apiserverFlags?: readonly string[]
}

export interface FleetOptions {
  /** Default `dedicated`. */
  readonly host?: HostKind | (Partial<ClusterOptions> & { readonly kind: HostKind })
  /** How many (`member1`, `member2`, …), or their names or more about them; default 2. */
  readonly members?: number | readonly (string | ClusterOptions)[]
  /** Nodes of every member and of an ordinary host; default 2 of 32 cores and 128 GiB. */
  readonly nodes?: NodeGroup
  /**
   * Lets the fleet live on after this process, with everything it needs in this directory. The directory belongs to
   * the fleet: a start empties it, `stop` removes it. `openFleet` and `stopFleet` find the fleet again.
   */
  readonly detached?: { readonly stateDir: string }
  /** Default: standard error. */
  readonly reporter?: Reporter
  readonly env?: NodeJS.ProcessEnv
}

export type DetachedOptions = FleetOptions & { readonly detached: { readonly stateDir: string } }

/** A host, its members and what runs beside them. */
export interface Fleet {
  readonly host: ControlPlane
  readonly members: readonly ControlPlane[]
  /** One for all clusters. @throws where the provider keeps one in each cluster. */
  readonly etcd: Etcd
  /** @returns the member of that name. @throws when there is none. */
  member(name: string): ControlPlane
  /** Adds a member at run time. */
  addMember(member: string | ClusterOptions): Promise<ControlPlane>
  /** Starts another program (an operator, say) that ends or lives on together with the fleet. */
  run(spec: ProcessSpec): SupervisedProcess
  /** @returns a program started by `run`, in this process or before; undefined when there is none. */
  program(name: string): SupervisedProcess | undefined
  /** Ends everything and removes all data. */
  stop(): Promise<void>
}
