import { LEASE } from '../api/kinds.ts'
import type { Client } from '../kube/client.ts'
import { isAlreadyExists, isConflict, isNotFound } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type Clock, sleep } from '../runtime/clock.ts'
import { toError } from '../runtime/failure.ts'
import type { Logger } from '../runtime/logger.ts'
import { type ReplicaGroup, replicaLeaseObject, type Told } from './replica-lease.ts'

export interface OwnLeaseDeps {
  readonly client: Pick<Client, 'get' | 'create' | 'update' | 'delete'>
  readonly clock: Clock
  readonly log: Logger
}

export interface OwnLeaseOptions {
  readonly group: ReplicaGroup
  /** Without a renewal we act no more after so long; less than the lease's duration. */
  readonly renewDeadlineMs: number
  readonly retryPeriodMs: number
  /** What is to be told with the next renewal. */
  readonly told: () => Omit<Told, 'nowMs'>
  /** Others may have taken over, and this process is to end. Called once. */
  readonly onLost: (reason: string) => void
}

/** The Lease by which others know that this replica is alive, and what it tells them. */
export interface OwnLease {
  /** Whether nobody can have taken us for dead: we were heard within the deadline, which others wait longer than. */
  readonly isHeld: boolean
  /** Makes it, trying until that succeeds, and renews it from then on. @throws the signal's reason. */
  join(signal: AbortSignal): Promise<void>
  /** Renews at once: what is told has changed. */
  publish(): void
  /** Somebody has seen that it is gone. */
  gone(): void
  /** Takes it away: others need not wait for it to expire. Let go of everything first. */
  leave(): Promise<void>
}

/** How long taking it away may take, in milliseconds. */
const LEAVE_MS = 3000

/**
 * A Lease of our own, which we alone renew and anybody removes who has not seen it change for its duration; the version that goes
 * with each renewal and removal makes one of the two fail. A deadline counts from before the renewal was sent.
 */
export function newOwnLease(deps: OwnLeaseDeps, options: OwnLeaseOptions): OwnLease {
  return new RenewedLease(deps, options)
}

class RenewedLease implements OwnLease {
  readonly #deps: OwnLeaseDeps
  readonly #options: OwnLeaseOptions
  readonly #left = new AbortController()
  #object: KubeObject | undefined
  #deadlineMs = Number.NEGATIVE_INFINITY
  #cancelDeadline = (): void => {}
  #isLost = false
  #isDue = false
  #wake = (): void => {}
  #loop: Promise<void> = Promise.resolve()

  constructor(deps: OwnLeaseDeps, options: OwnLeaseOptions) {
    this.#deps = deps
    this.#options = options
  }

  get isHeld(): boolean {
    return !this.#isLost && this.#deps.clock.monotonicMs() < this.#deadlineMs
  }

  async join(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#deps
    while (!this.isHeld) {
      signal.throwIfAborted()
      try {
        await this.#write(AbortSignal.any([signal, this.#left.signal]))
      } catch (error) {
        log.warn('the Lease of this replica cannot be made yet', { error: toError(error) })
        await this.#learnFrom(error)
      }
      if (!this.isHeld) await sleep(clock, this.#options.retryPeriodMs, signal)
    }
    this.#loop = this.#run()
  }

  /** Of a write before we have joined. Answers may be lost, of the creation and of what follows: nobody else makes one of this name. */
  async #learnFrom(error: unknown): Promise<void> {
    if (isAlreadyExists(error) || isConflict(error)) await this.#readAgain()
    else if (isNotFound(error) && this.#object !== undefined) this.#lose('it was removed')
  }

  publish(): void {
    this.#isDue = true
    this.#wake()
  }

  gone(): void {
    this.#lose('it was removed')
  }

  async leave(): Promise<void> {
    this.#left.abort(new Error('the replica leaves'))
    this.#cancelDeadline()
    this.#deadlineMs = Number.NEGATIVE_INFINITY
    this.#wake()
    await this.#loop
    const { uid } = this.#object?.metadata ?? {}
    if (uid === undefined || this.#isLost) return
    try {
      await this.#deps.client.delete(LEASE, this.#key(), { uid, timeoutMs: LEAVE_MS })
    } catch (error) {
      this.#deps.log.warn('the Lease of this replica has to expire', { error: toError(error) })
    }
  }

  async #run(): Promise<void> {
    while (!this.#left.signal.aborted && !this.#isLost) {
      if (!this.#isDue) await this.#pause()
      this.#isDue = false
      if (!this.#left.signal.aborted && !this.#isLost) await this.#renew()
    }
  }

  /** Never rejects. */
  async #renew(): Promise<void> {
    try {
      await this.#write(this.#left.signal)
    } catch (error) {
      if (this.#left.signal.aborted) return
      if (isNotFound(error)) return this.#lose('it was removed')
      this.#deps.log.warn('the Lease of this replica was not renewed', { error: toError(error) })
      // What was to be told is told as soon as it can be.
      this.#isDue = isConflict(error) && (await this.#readAgain())
    }
  }

  /** After a write whose answer was lost the version is another one than we know. @returns whether we know it now. */
  async #readAgain(): Promise<boolean> {
    try {
      const found = await this.#deps.client.get(LEASE, this.#key(), this.#limits(this.#left.signal))
      if (found.metadata.uid !== (this.#object ?? found).metadata.uid)
        this.#lose('it was removed, and made by somebody else')
      this.#object = found
      return true
    } catch (error) {
      if (isNotFound(error)) this.#lose('it was removed')
      return false
    }
  }

  async #write(signal: AbortSignal): Promise<void> {
    const { client, clock } = this.#deps
    const sentMs = clock.monotonicMs()
    const told = { ...this.#options.told(), nowMs: clock.nowMs() }
    const object = replicaLeaseObject(this.#options.group, told, this.#object)
    const limits = this.#limits(signal)
    const written = await (this.#object === undefined
      ? client.create(LEASE, object, limits)
      : client.update(LEASE, object, limits))
    this.#object = written
    this.#hold(sentMs)
  }

  #limits(signal: AbortSignal) {
    return { signal, timeoutMs: this.#options.renewDeadlineMs }
  }

  #key() {
    return { namespace: this.#options.group.namespace, name: this.#options.told().replica }
  }

  #hold(sentMs: number): void {
    const { clock } = this.#deps
    const deadlineMs = sentMs + this.#options.renewDeadlineMs
    const leftMs = deadlineMs - clock.monotonicMs()
    if (this.#left.signal.aborted || leftMs <= 0) return
    this.#deadlineMs = deadlineMs
    this.#cancelDeadline()
    this.#cancelDeadline = clock.after(leftMs, () => this.#lose('it could not be renewed in time'))
  }

  #lose(reason: string): void {
    if (this.#isLost || this.#left.signal.aborted) return
    this.#isLost = true
    this.#deadlineMs = Number.NEGATIVE_INFINITY
    this.#cancelDeadline()
    this.#wake()
    this.#options.onLost(reason)
  }

  async #pause(): Promise<void> {
    const done = new AbortController()
    const woken = new Promise<void>(resolve => {
      this.#wake = resolve
    })
    const over = sleep(this.#deps.clock, this.#options.retryPeriodMs, done.signal).catch(() => {})
    await Promise.race([over, woken])
    done.abort()
  }
}
