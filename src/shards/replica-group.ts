import { type HostRule, READ } from '../api/host-rule.ts'
import { LEASE } from '../api/kinds.ts'
import { ANNOTATION } from '../api/names.ts'
import type { Client } from '../kube/client.ts'
import { findOrUndefined } from '../kube/look.ts'
import type { Clock } from '../runtime/clock.ts'
import { sleep } from '../runtime/clock.ts'
import { toError } from '../runtime/failure.ts'
import { type Informer, newInformer } from '../runtime/informer.ts'
import { readLease } from '../runtime/lease.ts'
import type { Logger } from '../runtime/logger.ts'
import type { Ownership } from '../runtime/ownership.ts'
import type { ProcessIdentity } from '../runtime/process-identity.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { type Expiry, newExpiry } from './expiry.ts'
import { newOwnLease, type OwnLease } from './own-lease.ts'
import { type Chain, isOwner, type Own, planStep, type Step } from './plan.ts'
import { type ReplicaGroup, readReplicaLease, replicaName, replicasOf } from './replica-lease.ts'
import type { View } from './view.ts'

export interface MembershipDeps {
  readonly client: Pick<Client, 'name' | 'get' | 'create' | 'update' | 'delete' | 'listPage' | 'watch'>
  readonly clock: Clock
  readonly log: Logger
}

export interface MembershipOptions {
  readonly group: ReplicaGroup
  /** As it takes part in the election of a leader. */
  readonly who: ProcessIdentity
  readonly renewDeadlineMs: number
  readonly retryPeriodMs: number
  /** All clusters that there are, by name. */
  readonly clusters: () => readonly string[]
  /** Those of ours that have been looked at, for others to know. */
  readonly lookedAt: () => readonly string[]
  /** Another replica has looked at a cluster. */
  readonly onLookElsewhere: (cluster: string) => void
  /** Ends the use of clusters that `owns` no longer says are ours: what was begun there is done when it resolves. */
  readonly retire: () => Promise<void>
  /** Others may have taken over: this process is to end. */
  readonly onLost: (reason: string) => void
}

/** This replica among the others. */
export interface Membership extends Ownership {
  /** What it executes for is decided by now. */
  readonly isSettled: boolean
  /** How many replicas there are, by what is known here. */
  readonly replicas: number
  /** How often clusters came to it from others, or from nobody. */
  readonly gained: number
  /** Called before each write to a member. @throws ReconcileError NotOurMember (backoff). */
  fence(cluster: string): void
  /** @throws the signal's reason. */
  join(signal: AbortSignal): Promise<void>
  /** Tells the others what has become of us, soon. */
  refresh(): void
  /** Takes nothing more from now on, and keeps what it has. */
  freeze(): void
  /** What was executed for is let go of by now: others may have it. */
  leave(): Promise<void>
}

/**
 * Replicas find each other by a label; names are known only when one starts. Who leads alone waits for those that still share, and
 * removes what a dead one has left. Also where sharing is off: a rolling update that switches it off changes the rights first, and those
 * that still share go on renewing their Leases until their Pods are ended.
 */
export const REPLICA_RULES: readonly HostRule[] = [
  { on: LEASE, within: 'operator', verbs: [...READ, 'create', 'update', 'delete'], when: 'leaderElection.enabled' },
]

/**
 * One of several replicas that share members between them: each has a Lease, and acts by the set of Leases that are there
 * (plan.ts, docs/decisions/0025).
 */
export function newMembership(deps: MembershipDeps, options: MembershipOptions): Membership {
  return new SharedMembership(deps, options)
}

class SharedMembership implements Membership {
  readonly #deps: MembershipDeps
  readonly #options: MembershipOptions
  readonly #name: string
  readonly #lease: OwnLease
  readonly #expiry: Expiry
  readonly #stop = new AbortController()
  readonly #handlers = new Set<(cluster: string) => void>()
  /** Everybody who was ever a replica here, as the election calls them. */
  readonly #known = new Set<string>()
  #leases: Informer | undefined
  #own: Own
  /** By which new work is taken up. */
  #acting: Chain = []
  /** By which what was taken up may still be written. */
  #writing: Chain = []
  #isStepping = false
  #isStale = false
  gained = 0

  constructor(deps: MembershipDeps, options: MembershipOptions) {
    this.#deps = deps
    this.#options = options
    this.#name = replicaName(options.group, options.who.identity)
    this.#own = { replica: this.#name, publication: 0, prepared: '', view: '', activated: false }
    const { group, who } = options
    this.#expiry = newExpiry({ ...deps, leaseDurationMs: group.leaseDurationMs, who })
    this.#lease = newOwnLease(deps, {
      ...options,
      told: () => ({ ...this.#own, identity: options.who.identity, members: options.lookedAt().filter(this.owns) }),
    })
  }

  get isSettled(): boolean {
    return this.#own.activated && this.#lease.isHeld
  }

  get replicas(): number {
    return this.#leases?.list().length ?? 0
  }

  readonly owns = (cluster: string): boolean => isOwner(this.#acting, this.#name, cluster)

  readonly onGain = (handler: (cluster: string) => void): (() => void) => {
    this.#handlers.add(handler)
    return () => this.#handlers.delete(handler)
  }

  fence(cluster: string): void {
    if (this.#lease.isHeld && isOwner(this.#writing, this.#name, cluster)) return
    throw new ReconcileError('NotOurMember', `cluster ${cluster} is another replica's, or may be`, { retry: 'backoff' })
  }

  async join(signal: AbortSignal): Promise<void> {
    const { group } = this.#options
    await this.#lease.join(AbortSignal.any([signal, this.#stop.signal]))
    this.#deps.log.info('this replica has joined', { replica: this.#name })
    // Never told of our own writes: what it holds is what the apiserver had at one moment.
    const leases = newInformer(this.#deps, {
      resource: LEASE,
      query: { namespace: group.namespace, labelSelector: replicasOf(group) },
    })
    this.#leases = leases
    leases.addHandler(({ type, object }) => {
      const { name } = object.metadata
      const isOwn = name === this.#name
      if (type === 'deleted') this.#expiry.forget(name)
      else if (!isOwn) this.#expiry.see(object)
      if (type === 'deleted' && isOwn) this.#lease.gone()
      if (type !== 'deleted') this.#hear(object)
      this.#stepSoon()
    })
  }

  refresh(): void {
    if (this.#leases !== undefined) this.#lease.publish()
  }

  freeze(): void {
    this.#stop.abort(new Error('the replica is stopping'))
    this.#expiry.stop()
  }

  async leave(): Promise<void> {
    this.freeze()
    this.#acting = []
    this.#writing = []
    this.#leases?.stop()
    await this.#lease.leave()
  }

  #hear(object: Parameters<typeof readReplicaLease>[0]): void {
    const { identity, members } = readReplicaLease(object)
    this.#known.add(identity)
    if (identity !== this.#options.who.identity) members.forEach(this.#options.onLookElsewhere)
  }

  /** Several changes at once are one step; one step at a time. */
  #stepSoon(): void {
    this.#isStale = true
    if (this.#isStepping) return
    this.#isStepping = true
    void this.#step().finally(() => {
      this.#isStepping = false
    })
  }

  async #step(): Promise<void> {
    // After all changes of this moment.
    await Promise.resolve()
    while (this.#isStale && !this.#stop.signal.aborted) {
      this.#isStale = false
      if (this.#leases?.synced !== true) return
      const step = planStep(this.#own, this.#leases.list().map(readReplicaLease))
      try {
        await this.#carryOut(step)
      } catch (error) {
        if (this.#stop.signal.aborted) return
        this.#deps.log.warn('sharing of members is tried again', { step: step.type, error: toError(error) })
        await sleep(this.#deps.clock, this.#options.retryPeriodMs, this.#stop.signal).catch(() => {})
        this.#isStale = true
      }
    }
  }

  async #carryOut(step: Step): Promise<void> {
    switch (step.type) {
      case 'wait':
        return
      case 'prepare':
        return this.#tell({ prepared: step.view.id })
      case 'handOver':
        return this.#handOver(step.view)
      case 'activate':
        return this.#activate(step.view)
    }
  }

  #tell(what: Partial<Own>): void {
    this.#own = { ...this.#own, ...what, publication: this.#own.publication + 1 }
    this.#lease.publish()
  }

  async #handOver(view: View): Promise<void> {
    const next = [...this.#acting, view]
    if (this.#acting.length > 0) this.#acting = next
    await this.#options.retire()
    this.#writing = this.#acting
    this.#tell({ prepared: view.id, view: view.id, activated: false })
  }

  async #activate(view: View): Promise<void> {
    const { clusters } = this.#options
    if (await this.#isLedByStranger()) throw new Error('a process leads that does not share members with others')
    const names = clusters().filter(name => !this.owns(name))
    this.#acting = [view]
    this.#writing = this.#acting
    this.#own = { ...this.#own, activated: true }
    const gained = names.filter(this.owns)
    this.gained += gained.length
    const mine = clusters().filter(this.owns).length
    this.#deps.log.info('members are shared', { replicas: view.replicas.length, mine, gained: gained.length })
    for (const name of gained) for (const handler of this.#handlers) handler(name)
  }

  /** One that was started without sharing executes for all members as long as it leads. */
  async #isLedByStranger(): Promise<boolean> {
    const { namespace, leaseName } = this.#options.group
    const key = { namespace, name: leaseName }
    const lease = await findOrUndefined(() => this.#deps.client.get(LEASE, key, { signal: this.#stop.signal }))
    const holder = lease === undefined ? '' : readLease(lease).holder
    // One that has not joined yet, since it has only just begun, says so on the Lease.
    const isSharer = lease?.metadata.annotations?.[ANNOTATION.sharer] === holder
    return holder !== '' && !isSharer && !this.#known.has(holder)
  }
}
