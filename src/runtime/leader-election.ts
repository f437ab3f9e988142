import type { AgentRule } from '../api/agent-rule.ts'
import { type HostRule, READ } from '../api/host-rule.ts'
import { LEASE } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { missingRight } from '../kube/missing-right.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Random } from './backoff.ts'
import { type Clock, sleep } from './clock.ts'
import { toError } from './failure.ts'
import { newInformer } from './informer.ts'
import {
  type Candidate,
  leaseObject,
  microTime,
  type ObservedLease,
  observeLease,
  planLease,
  readLease,
  releasedRecord,
  takenRecord,
} from './lease.ts'
import type { Logger } from './logger.ts'
import type { ProcessIdentity } from './process-identity.ts'
import { ReconcileError } from './reconcile-error.ts'

export interface LeaderElectionDeps {
  /** Must not be fenced by this very election. */
  readonly client: Pick<Client, 'name' | 'get' | 'create' | 'update' | 'listPage' | 'watch'>
  readonly clock: Clock
  readonly log: Logger
  readonly random?: Random
}

export interface LeaderElectionOptions extends ProcessIdentity {
  readonly namespace: string
  /** Default 'flotilla'. */
  readonly name?: string
  /** Others may take over when they have seen no renewal for so long. Default 15,000. */
  readonly leaseDurationMs?: number
  /** Without a renewal we stop leading after so long; the rest is for writes under way. Default 10,000. */
  readonly renewDeadlineMs?: number
  /** Between renewals, and between tries of those who wait. Default 2000. */
  readonly retryPeriodMs?: number
  /** What the holder tells of itself on the Lease, with each renewal. */
  readonly annotations?: () => Readonly<Record<string, string>>
  /** We lead, until the signal aborts. May be called again after a loss. */
  readonly onStarted: (signal: AbortSignal) => void
  /** The lease was lost without our doing: another may lead from now on. */
  readonly onLost?: () => void
}

/** One of several processes leads: whoever holds the Lease. */
export interface LeaderElection {
  readonly isLeader: boolean
  /** Until when we may act, on the monotonic clock; in the past when we do not lead. */
  readonly deadlineMs: number
  /**
   * Why it is not known who leads: the lease was not read yet, or the apiserver's words when it may not be read or written;
   * undefined once it is known.
   */
  readonly problem: string | undefined
  /** Called before each write that has no fencing of its own. @throws ReconcileError LeadershipLost (backoff). */
  fence(): void
  /** Joins the election. */
  start(): void
  /** Leaves it and releases the lease, so that the next takes over at once. Stop what leads first. */
  stop(): Promise<void>
}

/** The name of a Lease to create is not yet known when the request is judged, so that rule cannot be limited by it. */
export const LEADER_ELECTION_RULES: readonly HostRule[] = [
  { on: LEASE, within: 'operator', verbs: ['create'], when: 'leaderElection.enabled' },
  {
    on: LEASE,
    within: 'operator',
    names: { setting: 'leaderElection.leaseName' },
    verbs: [...READ, 'update'],
    when: 'leaderElection.enabled',
  },
]

/** The same for the replicas of an agent, in their member. */
export const AGENT_ELECTION_RULES: readonly AgentRule[] = [
  { on: LEASE, within: 'home', verbs: ['create'] },
  { on: LEASE, within: 'home', only: 'lease', verbs: [...READ, 'update'] },
]

/** How long the release may take, in milliseconds. */
const RELEASE_MS = 3000

/**
 * Joins an election by a Lease (coordination.k8s.io/v1), as client-go's do.
 *
 * Guarantees: `fence` lets through only while no other can have taken over, whatever the clocks of the others say, as
 * long as they wait for the lease's full duration. A deadline counts from before the renewal was sent.
 *
 * @source kubernetes.io "Leases", KEP-589
 */
export function newLeaderElection(deps: LeaderElectionDeps, options: LeaderElectionOptions): LeaderElection {
  return new LeaseElection(deps, options)
}

type Optional = 'onLost' | 'endedPrefix'

type Settings = Required<Omit<LeaderElectionOptions, Optional>> & Pick<LeaderElectionOptions, Optional>

class LeaseElection implements LeaderElection {
  readonly #deps: LeaderElectionDeps
  readonly #options: Settings
  readonly #log: Logger
  readonly #stop = new AbortController()
  #observed: ObservedLease | undefined
  #deadlineMs = Number.NEGATIVE_INFINITY
  #problem: string | undefined = 'the lease was not read yet'
  #term: AbortController | undefined
  #cancelDeadline = (): void => {}
  #loop: Promise<void> = Promise.resolve()
  #wake = (): void => {}

  constructor(deps: LeaderElectionDeps, options: LeaderElectionOptions) {
    this.#deps = deps
    this.#options = {
      name: 'flotilla',
      leaseDurationMs: 15_000,
      renewDeadlineMs: 10_000,
      retryPeriodMs: 2000,
      annotations: () => ({}),
      ...options,
    }
    this.#log = deps.log.with({ lease: `${options.namespace}/${this.#options.name}`, identity: options.identity })
  }

  get isLeader(): boolean {
    return this.#term !== undefined && this.#deps.clock.monotonicMs() < this.#deadlineMs
  }

  get deadlineMs(): number {
    return this.#deadlineMs
  }

  get problem(): string | undefined {
    return this.#problem
  }

  fence(): void {
    if (this.isLeader) return
    throw new ReconcileError('LeadershipLost', 'this process does not lead (any more)', { retry: 'backoff' })
  }

  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    const led = this.#term !== undefined
    this.#endTerm('the election was left')
    this.#stop.abort(new Error('the election was left'))
    this.#wake()
    await this.#loop
    if (led) await this.#release()
  }

  async #run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#campaign()
      while (this.#term !== undefined) await this.#renew()
    }
  }

  /** Until we lead or stop. A watch tells of a release at once; the tries in between do not depend on it. */
  async #campaign(): Promise<void> {
    const { namespace, name } = this.#options
    const watch = newInformer(this.#deps, {
      resource: LEASE,
      query: { namespace, fieldSelector: `metadata.name=${name}` },
    })
    watch.addHandler(change => {
      if (change.type === 'deleted' || readLease(change.object).holder === '') this.#wake()
    })
    while (this.#term === undefined && !this.#stop.signal.aborted) {
      const woken = new Promise<void>(resolve => {
        this.#wake = resolve
      })
      await this.#try()
      if (this.#term === undefined) await this.#pause(this.#untilNextTryMs(), woken)
    }
    watch.stop()
  }

  get #candidate(): Candidate {
    const { identity, leaseDurationMs: durationMs, endedPrefix } = this.#options
    return { identity, durationMs, ...(endedPrefix !== undefined && { endedPrefix }) }
  }

  /** Whoever holds the lease may be dead: then it is taken when it expires, not at the try after that. */
  #untilNextTryMs(): number {
    const retryMs = this.#options.retryPeriodMs * (1 + 1.2 * this.#random())
    const plan = this.#observed && planLease(this.#observed, this.#candidate, this.#deps.clock.monotonicMs())
    return plan?.next === 'wait' ? Math.min(retryMs, plan.forMs) : retryMs
  }

  async #renew(): Promise<void> {
    await this.#pause(this.#options.retryPeriodMs)
    if (this.#term !== undefined) await this.#try()
  }

  /** One try to take or renew the lease; never rejects. */
  async #try(): Promise<void> {
    try {
      const sentMs = this.#deps.clock.monotonicMs()
      if (await this.#take()) this.#hold(sentMs)
      this.#problem = undefined
    } catch (error) {
      this.#tell(error)
      // Read it again before the next try: our copy may be old.
      this.#observed = this.#observed && { ...this.#observed, object: withoutVersion(this.#observed.object) }
    }
  }

  /** Of a try that failed. What was known stays so, unless a right is missing: any other failure passes. */
  #tell(error: unknown): void {
    if (isConflict(error) || isAlreadyExists(error)) {
      this.#problem = undefined
      this.#log.debug('another process was faster', { error })
    } else if (!this.#stop.signal.aborted) {
      const failure = toError(error)
      if (this.#problem !== undefined || missingRight(error) !== undefined) this.#problem = failure.message
      this.#log.warn('cannot take or renew the lease', { error: failure })
    }
  }

  /** @returns true when the lease is ours. */
  async #take(): Promise<boolean> {
    const { namespace, name } = this.#options
    const { client, clock } = this.#deps
    const candidate = this.#candidate
    const observed = await this.#look()
    const now = microTime(clock.nowMs())
    const request = { signal: this.#stop.signal, timeoutMs: this.#options.renewDeadlineMs }
    if (observed === undefined) {
      const created = leaseObject({ namespace, name }, takenRecord(undefined, candidate, now))
      this.#see(await client.create(LEASE, created, request))
      return true
    }
    if (planLease(observed, candidate, clock.monotonicMs()).next === 'wait') return this.#lostTo(observed)
    const before = annotated(observed.object, this.#options.annotations())
    const taken = leaseObject({ namespace, name }, takenRecord(observed.record, candidate, now), before)
    this.#see(await client.update(LEASE, taken, request))
    return true
  }

  /** The holder trusts what it wrote last: its update carries the version, so a stranger's write makes it fail. */
  async #look(): Promise<ObservedLease | undefined> {
    if (this.#term !== undefined && this.#observed?.object.metadata.resourceVersion !== undefined) return this.#observed
    const { namespace, name, renewDeadlineMs } = this.#options
    const request = { signal: this.#stop.signal, timeoutMs: renewDeadlineMs }
    try {
      return this.#see(await this.#deps.client.get(LEASE, { namespace, name }, request))
    } catch (error) {
      if (!isNotFound(error)) throw error
      this.#observed = undefined
      return undefined
    }
  }

  #see(object: Parameters<typeof observeLease>[1]): ObservedLease {
    this.#observed = observeLease(this.#observed, object, this.#deps.clock.monotonicMs())
    return this.#observed
  }

  /** Somebody else holds a lease that was ours: there is no use in waiting for the deadline. */
  #lostTo(observed: ObservedLease): false {
    if (this.#term !== undefined) this.#lose(`${observed.record.holder} holds the lease`)
    return false
  }

  #hold(sentMs: number): void {
    const deadlineMs = sentMs + this.#options.renewDeadlineMs
    const leftMs = deadlineMs - this.#deps.clock.monotonicMs()
    // The answer came too late: the next try finds the lease to be ours and takes it up.
    if (this.#stop.signal.aborted || leftMs <= 0) return
    this.#deadlineMs = deadlineMs
    this.#cancelDeadline()
    this.#cancelDeadline = this.#deps.clock.after(leftMs, () => this.#lose('the lease could not be renewed in time'))
    if (this.#term !== undefined) return
    this.#term = new AbortController()
    this.#log.info('this process leads')
    this.#options.onStarted(this.#term.signal)
  }

  #lose(reason: string): void {
    if (this.#term === undefined) return
    this.#log.error('leadership was lost', { reason })
    this.#endTerm(reason)
    this.#wake()
    this.#options.onLost?.()
  }

  #endTerm(reason: string): void {
    this.#cancelDeadline()
    this.#deadlineMs = Number.NEGATIVE_INFINITY
    this.#term?.abort(new Error(reason))
    this.#term = undefined
  }

  async #release(): Promise<void> {
    const { namespace, name, identity } = this.#options
    const { client, clock } = this.#deps
    const request = { timeoutMs: RELEASE_MS }
    try {
      // Read anew: the last renewal may have been under way when we stopped.
      const object = await client.get(LEASE, { namespace, name }, request)
      const record = readLease(object)
      if (record.holder !== identity) return
      const released = releasedRecord(record, microTime(clock.nowMs()))
      await client.update(LEASE, leaseObject({ namespace, name }, released, object), request)
      this.#log.info('the lease was released')
    } catch (error) {
      this.#log.warn('the lease was not released and has to expire', { error: toError(error) })
    }
  }

  async #pause(ms: number, woken?: Promise<void>): Promise<void> {
    const done = new AbortController()
    const signal = AbortSignal.any([this.#stop.signal, done.signal])
    const over = sleep(this.#deps.clock, ms, signal).catch(() => {})
    await (woken === undefined ? over : Promise.race([over, woken]))
    done.abort()
  }

  #random(): number {
    return (this.#deps.random ?? Math.random)()
  }
}

function annotated(object: KubeObject, annotations: Readonly<Record<string, string>>): KubeObject {
  if (Object.keys(annotations).length === 0) return object
  const { metadata } = object
  return { ...object, metadata: { ...metadata, annotations: { ...metadata.annotations, ...annotations } } }
}

function withoutVersion<T extends ObservedLease['object']>(object: T): T {
  const { resourceVersion, ...metadata } = object.metadata
  return { ...object, metadata }
}
