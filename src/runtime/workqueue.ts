import { type Backoff, backoffMs, type Random } from './backoff.ts'
import type { Clock } from './clock.ts'
import { RankedFifo } from './ranked-fifo.ts'
import { TimerHeap } from './timer-heap.ts'

export type Priority = 'high' | 'low'

/** What a queue reports; implemented by runtime/metrics.ts. */
export interface WorkqueueMetrics {
  added(): void
  retried(): void
  /** A key is taken that has waited so long, in seconds. */
  waited(seconds: number): void
}

export interface WorkqueueOptions {
  readonly clock: Clock
  /** Told of each key that becomes ready to take. Must not take it there and then. */
  readonly onReady: () => void
  /** Delay of a key that failed. Default 5 ms doubling to 2 minutes. */
  readonly backoff?: Backoff
  readonly random?: Random
  readonly metrics?: WorkqueueMetrics
  /** Of the keys of one priority the higher rank goes first. Default: all the same. */
  readonly rankOf?: (key: string) => number
}

export interface AddOptions {
  /** Default 'high'. */
  readonly priority?: Priority
  /** Not before so many milliseconds. Of several waiting for one key the earliest counts. */
  readonly afterMs?: number
}

const DEFAULT_BACKOFF: Backoff = { baseMs: 5, maxMs: 120_000 }
/** With keys of low priority waiting, each eleventh key taken is one of them: first lists never stop the flow, nor starve. */
const HIGH_IN_A_ROW = 10
/** The longest delay that a timer can be set to. */
const LONGEST_TIMER_MS = 2 ** 31 - 1

interface Queued {
  readonly priority: Priority
  readonly rank: number
  readonly sinceMs: number
}

interface Delayed {
  readonly key: string
  readonly dueMs: number
  readonly priority: Priority
}

/**
 * Keys to work on. A key is in the queue at most once; while it is worked on it is not given out again, but an `add`
 * meanwhile is remembered until `done`. Synchronous: `take` gives a key or nothing.
 *
 *     add ──▶ queued (high, low) ──take──▶ running ──done──▶ gone, or queued again if added meanwhile
 *     afterMs, retry ──▶ delayed ──time──▶ queued
 */
export class Workqueue {
  readonly #options: WorkqueueOptions
  readonly #queued = new Map<string, Queued>()
  readonly #fifos = { high: new RankedFifo<string>(), low: new RankedFifo<string>() } as const
  readonly #counts = { high: 0, low: 0 }
  /** With the priority that they were taken by. */
  readonly #running = new Map<string, Priority>()
  #runningLow = 0
  /** Running without a worker; each with what is to be called when the key is wanted again. */
  readonly #released = new Map<string, () => void>()
  /** Added while running: queued again when done. */
  readonly #again = new Map<string, Priority>()
  readonly #delayed = new Map<string, Delayed>()
  readonly #retries = new Map<string, Delayed>()
  readonly #heap = new TimerHeap<Delayed>()
  readonly #failures = new Map<string, number>()
  #armed: { readonly dueMs: number; readonly cancel: () => void } | undefined
  #highInARow = 0
  #closed = false

  constructor(options: WorkqueueOptions) {
    this.#options = options
  }

  /** Keys that wait to be taken; delayed ones are not counted. */
  get depth(): number {
    return this.#queued.size + this.#again.size
  }

  /** Whether a key of high priority waits to be taken. */
  get isUrgent(): boolean {
    return this.#counts.high > 0
  }

  /** Keys that a worker works on. */
  get running(): number {
    return this.#running.size - this.#released.size
  }

  /** Those whose workers were released. */
  get released(): number {
    return this.#released.size
  }

  /** Those of them that were taken by low priority. */
  get runningLow(): number {
    return this.#runningLow
  }

  get delayed(): number {
    return this.#delayed.size + this.#retries.size
  }

  /** How often the key has failed since it last succeeded. */
  failuresOf(key: string): number {
    return this.#failures.get(key) ?? 0
  }

  add(key: string, options: AddOptions = {}): void {
    const { priority = 'high', afterMs = 0 } = options
    if (this.#closed) return
    if (afterMs > 0) this.#delay(this.#delayed, key, { priority, afterMs })
    else this.#addNow(key, priority)
  }

  /**
   * Adds a key that failed, after its back-off.
   *
   * @param limits milliseconds: at least, which counts up to the longest back-off, and at most, which wins.
   * @returns the delay, in milliseconds.
   */
  retry(key: string, limits: { readonly atLeastMs?: number; readonly atMostMs?: number } = {}): number {
    const failures = this.failuresOf(key) + 1
    this.#failures.set(key, failures)
    const { backoff = DEFAULT_BACKOFF, random = Math.random, metrics } = this.#options
    // Whatever a server asks for: a key waits no longer for it than for its own failures.
    const askedMs = Math.min(backoff.maxMs, limits.atLeastMs ?? 0)
    const delayMs = Math.max(backoffMs(backoff, failures, random), askedMs)
    const afterMs = Math.min(delayMs, limits.atMostMs ?? delayMs)
    metrics?.retried()
    if (!this.#closed) this.#delay(this.#retries, key, { priority: 'high', afterMs })
    return afterMs
  }

  /** The key succeeded, or needs no retry: its failures are forgotten, and a retry that still waits is dropped. */
  forget(key: string): void {
    this.#failures.delete(key)
    this.#retries.delete(key)
  }

  /** @returns the next key, which is then running until `done`; with `only: 'high'` those of low priority are passed over. */
  take(options: { readonly only?: 'high' } = {}): string | undefined {
    const key = this.#shift(options.only === 'high')
    if (key === undefined) return undefined
    const queued = this.#queued.get(key)
    if (queued !== undefined) this.#dequeue(key, queued)
    const priority = queued?.priority ?? 'high'
    this.#running.set(key, priority)
    if (priority === 'low') this.#runningLow++
    return key
  }

  /**
   * The running key goes on without a worker: it is not given out again before `done`, and takes nobody's place.
   *
   * @param wanted called when the key is added again with high priority, at once when it was already; of several calls the last one's
   */
  release(key: string, wanted: () => void): void {
    const priority = this.#running.get(key)
    if (priority === undefined) return
    if (priority === 'low' && !this.#released.has(key)) this.#runningLow--
    this.#released.set(key, wanted)
    if (this.#again.get(key) === 'high') wanted()
  }

  done(key: string): void {
    if (this.#running.get(key) === 'low' && !this.#released.has(key)) this.#runningLow--
    this.#running.delete(key)
    this.#released.delete(key)
    const priority = this.#again.get(key)
    this.#again.delete(key)
    if (priority !== undefined) this.#enqueue(key, priority)
  }

  /** Drops everything that waits and takes nothing more; running keys go on. */
  close(): void {
    this.#closed = true
    this.#armed?.cancel()
    this.#armed = undefined
    for (const waiting of [this.#queued, this.#again, this.#delayed, this.#retries]) waiting.clear()
    this.#counts.high = 0
    this.#counts.low = 0
  }

  #addNow(key: string, priority: Priority): void {
    this.#options.metrics?.added()
    if (!this.#running.has(key)) this.#enqueue(key, priority)
    else if (this.#again.get(key) !== 'high') {
      this.#again.set(key, priority)
      if (priority === 'high') this.#released.get(key)?.()
    }
  }

  #enqueue(key: string, priority: Priority): void {
    const queued = this.#queued.get(key)
    const rank = this.#options.rankOf?.(key) ?? 0
    if (queued !== undefined && !isRaised(queued, { priority, rank })) return
    // Raised: the place that the key had stays behind and is skipped.
    if (queued !== undefined) this.#counts[queued.priority]--
    this.#queued.set(key, { priority, rank, sinceMs: queued?.sinceMs ?? this.#options.clock.monotonicMs() })
    this.#fifos[priority].push(key, rank)
    this.#counts[priority]++
    this.#options.onReady()
  }

  #dequeue(key: string, queued: Queued): void {
    this.#queued.delete(key)
    this.#counts[queued.priority]--
    this.#options.metrics?.waited((this.#options.clock.monotonicMs() - queued.sinceMs) / 1000)
  }

  #shift(onlyHigh: boolean): string | undefined {
    const lowIsDue = !onlyHigh && (this.#counts.high === 0 || this.#highInARow >= HIGH_IN_A_ROW)
    const priority = lowIsDue && this.#counts.low > 0 ? 'low' : 'high'
    this.#highInARow = priority === 'high' && this.#counts.low > 0 ? this.#highInARow + 1 : 0
    for (let key = this.#fifos[priority].shift(); key !== undefined; key = this.#fifos[priority].shift()) {
      if (this.#queued.get(key)?.priority === priority) return key
    }
    return undefined
  }

  #delay(waiting: Map<string, Delayed>, key: string, wanted: { priority: Priority; afterMs: number }): void {
    const dueMs = this.#options.clock.monotonicMs() + wanted.afterMs
    const known = waiting.get(key)
    if (known !== undefined && known.dueMs <= dueMs) return
    const delayed = { key, dueMs, priority: wanted.priority }
    waiting.set(key, delayed)
    this.#heap.push(delayed)
    this.#arm()
  }

  /** One timer for all keys: that of the earliest. */
  #arm(): void {
    const dueMs = this.#heap.first()?.dueMs
    if (dueMs === undefined || (this.#armed !== undefined && this.#armed.dueMs <= dueMs)) return
    this.#armed?.cancel()
    const delayMs = Math.min(LONGEST_TIMER_MS, Math.max(0, dueMs - this.#options.clock.monotonicMs()))
    this.#armed = { dueMs, cancel: this.#options.clock.after(delayMs, () => this.#ring()) }
  }

  #ring(): void {
    this.#armed = undefined
    const nowMs = this.#options.clock.monotonicMs()
    for (let first = this.#heap.first(); first !== undefined && first.dueMs <= nowMs; first = this.#heap.first()) {
      this.#heap.pop()
      if (this.#isCurrent(first)) this.add(first.key, { priority: first.priority })
    }
    this.#arm()
  }

  /** Replaced by an earlier one or dropped otherwise: the heap keeps those until their time. */
  #isCurrent(delayed: Delayed): boolean {
    for (const waiting of [this.#delayed, this.#retries]) {
      if (waiting.get(delayed.key) === delayed) return waiting.delete(delayed.key)
    }
    return false
  }
}

function isRaised(before: Omit<Queued, 'sinceMs'>, now: Omit<Queued, 'sinceMs'>): boolean {
  if (before.priority !== now.priority) return now.priority === 'high'
  return now.rank > before.rank
}
