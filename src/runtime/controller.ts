import { isConflict, isOpen, StatusError } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Backoff, Random } from './backoff.ts'
import type { Clock } from './clock.ts'
import { isError, toError } from './failure.ts'
import type { Change, Informer } from './informer.ts'
import type { Logger } from './logger.ts'
import { ReconcileError, type ReconcileResult } from './reconcile-error.ts'
import { Turns } from './turns.ts'
import { Workqueue, type WorkqueueMetrics } from './workqueue.ts'

/** Where keys come from: a change of an object in `informer`, mapped to the keys that it concerns. */
export interface WatchSource<T extends KubeObject = KubeObject> {
  readonly informer: Informer<T>
  /** The keys to reconcile; empty when the change does not matter. Initial objects are queued with low priority. */
  readonly keysOf: (change: Change<T>) => readonly string[]
  /** The keys are queued so many milliseconds after the change: what changes often costs one reconcile. Default: at once. */
  readonly afterMs?: () => number
}

export interface ControllerOptions {
  /** In metrics, logs, and the `--controllers` flag. */
  readonly name: string
  readonly concurrency: number
  readonly reconcile: (key: string, signal: AbortSignal, worker: Worker) => Promise<ReconcileResult>
  /** Fields for the log line of a failure, e.g. {cluster}. */
  readonly logFields?: Readonly<Record<string, string>>
  /** Keys that another replica owns are dropped. Default: all ours. */
  readonly owns?: (key: string) => boolean
  /** Delays of a key that fails again and again. Default 5 ms doubling to 2 minutes. */
  readonly backoff?: Backoff
  /** Of several keys that wait the higher rank is reconciled first. Default: in their order. */
  readonly rankOf?: (key: string) => number
}

/** Who reconciles a key. */
export interface Worker {
  /**
   * What is left of the reconcile waits its turn among others: another key is taken meanwhile, this one not again before it has ended.
   *
   * @param wanted called when that wait is to end: the key is wanted again, or the controller stops
   */
  release(wanted: (why: 'again' | 'stop') => void): void
}

/** A running set of workers over one keyed queue. */
export interface Controller {
  readonly name: string
  /** Connects a source; allowed at any time (kinds appear while the operator runs). @returns disconnects it. */
  watch<T extends KubeObject>(source: WatchSource<T>): () => void
  enqueue(key: string, options?: { readonly priority?: 'high' | 'low'; readonly afterMs?: number }): void
  /** Starts the workers. */
  start(): void
  /** Ends the queue and waits for running reconciles, at most `graceMs`. */
  stop(graceMs?: number): Promise<void>
  /** True when nothing is queued or running (delayed keys aside). */
  readonly idle: boolean
}

/** How a reconcile ended: 'terminal' waits for a change, 'panic' is a mistake of ours, 'conflict' is tried again soon. */
export type Outcome = 'success' | 'requeue' | 'error' | 'conflict' | 'terminal' | 'panic'

/** Numbers of one controller; implemented by runtime/metrics.ts. */
export interface ControllerMetrics {
  /** @param now gives the present state when metrics are collected. */
  controller(name: string, now: () => { readonly queued: number; readonly running: number }): OneControllerMetrics
}

export interface OneControllerMetrics extends WorkqueueMetrics {
  reconciled(outcome: Outcome, seconds: number): void
  /** The controller is gone; its present state is not asked any more. */
  stopped(): void
}

export interface ControllerDeps {
  readonly clock: Clock
  readonly log: Logger
  readonly metrics?: ControllerMetrics
  /** Default Math.random. */
  readonly random?: Random
  /** Shared by all controllers of a process. Default: its own. */
  readonly turns?: Turns
}

const DEFAULT_GRACE_MS = 5000
/** A conflict only means that our cache was behind: the change that won is on its way. */
const CONFLICT_AT_MOST_MS = 1000
/**
 * After a write of which nobody said what came of it, a key that was well again is looked at so many milliseconds after that: by then the
 * cache has heard, be it by the next watch, of what was done all the same.
 */
const LOOKS_AGAIN_MS = [5_000, 30_000, 180_000] as const
/** A quarter of the workers takes no key of low priority, at most so many. */
const MOST_KEPT_FREE = 16

/**
 * Builds a controller: the one place that retries and logs failures.
 *
 * Guarantees: a key is reconciled by one worker at a time; whatever a reconcile throws ends here. A ReconcileError of
 * class 'never' waits for the next change, everything else is tried again after a back-off of its key. One that failed without a word of what
 * came of its writes is looked at again also when it has succeeded, or waits: it may have found what it wanted in a cache that knew nothing of them yet.
 */
export function newController(options: ControllerOptions, deps: ControllerDeps): Controller {
  return new QueueController(options, deps)
}

/** @returns builds the controllers of one process: they share the turns of its event loop. */
export function newControllers(deps: Omit<ControllerDeps, 'turns'>): (options: ControllerOptions) => Controller {
  const turns = new Turns(deps.clock)
  return options => newController(options, { ...deps, turns })
}

class QueueController implements Controller {
  readonly name: string
  readonly #options: ControllerOptions
  readonly #deps: ControllerDeps
  readonly #log: Logger
  readonly #metrics: OneControllerMetrics | undefined
  readonly #queue: Workqueue
  readonly #abort = new AbortController()
  readonly #disconnect = new Set<() => void>()
  /** What those are told that wait without a worker, by key. */
  readonly #released = new Map<string, () => void>()
  /** When a write of these keys was last left open, by the monotonic clock. */
  readonly #openSinceMs = new Map<string, number>()
  #started = false
  #stopping = false
  #pumpScheduled = false
  readonly #turns: Turns
  readonly #resume = (): void => this.#pump()
  #drained: (() => void) | undefined

  constructor(options: ControllerOptions, deps: ControllerDeps) {
    this.name = options.name
    this.#options = options
    this.#deps = deps
    this.#turns = deps.turns ?? new Turns(deps.clock)
    this.#log = deps.log.with({ controller: options.name, ...options.logFields })
    this.#metrics = deps.metrics?.controller(options.name, () => ({
      queued: this.#queue.depth,
      running: this.#queue.running + this.#queue.released,
    }))
    this.#queue = new Workqueue({
      clock: deps.clock,
      onReady: () => this.#schedulePump(),
      ...(options.backoff && { backoff: options.backoff }),
      ...(options.rankOf && { rankOf: options.rankOf }),
      ...(deps.random && { random: deps.random }),
      ...(this.#metrics && { metrics: this.#metrics }),
    })
  }

  get idle(): boolean {
    return this.#queue.depth === 0 && this.#isDrained()
  }

  watch<T extends KubeObject>(source: WatchSource<T>): () => void {
    const remove = source.informer.addHandler(change => {
      const priority = change.type === 'added' && change.initial ? 'low' : 'high'
      const keys = source.keysOf(change)
      const afterMs = keys.length > 0 ? (source.afterMs?.() ?? 0) : 0
      for (const key of keys) this.enqueue(key, { priority, afterMs })
    })
    const disconnect = (): void => {
      remove()
      this.#disconnect.delete(disconnect)
    }
    this.#disconnect.add(disconnect)
    return disconnect
  }

  enqueue(key: string, options: { readonly priority?: 'high' | 'low'; readonly afterMs?: number } = {}): void {
    if (this.#owns(key)) this.#queue.add(key, options)
  }

  start(): void {
    this.#started = true
    this.#schedulePump()
  }

  async stop(graceMs = DEFAULT_GRACE_MS): Promise<void> {
    this.#stopping = true
    for (const disconnect of this.#disconnect) disconnect()
    this.#queue.close()
    for (const wanted of this.#released.values()) wanted()
    await this.#drain(graceMs)
    this.#abort.abort(new Error(`controller ${this.name} has stopped`))
    this.#metrics?.stopped()
  }

  #drain(graceMs: number): Promise<void> {
    if (this.#isDrained()) return Promise.resolve()
    return new Promise(resolve => {
      const cancel = this.#deps.clock.after(graceMs, resolve)
      this.#drained = () => {
        cancel()
        resolve()
      }
    })
  }

  #isDrained(): boolean {
    return this.#queue.running === 0 && this.#queue.released === 0
  }

  #owns(key: string): boolean {
    return this.#options.owns?.(key) ?? true
  }

  /** Workers start after the code that added the keys: several changes of one key then cost one reconcile. */
  #schedulePump(): void {
    if (this.#pumpScheduled) return
    this.#pumpScheduled = true
    queueMicrotask(() => {
      this.#pumpScheduled = false
      this.#pump()
    })
  }

  /** Reconciles that need no request end in microtasks: without turns nothing else would be heard until the queue is empty. */
  #pump(): void {
    while (this.#started && !this.#stopping && this.#queue.running < this.#options.concurrency) {
      if (this.#queue.depth === 0 || this.#turns.isOver(this.#resume, this.#queue.isUrgent)) return
      const key = this.#queue.take(this.#mayTakeLow() ? {} : { only: 'high' })
      if (key === undefined) return
      this.#turns.begin()
      void this.#work(key)
    }
  }

  /** What stands may have to wait for long, such as for the first list of a member: what is new finds a worker all the same. */
  #mayTakeLow(): boolean {
    const { concurrency } = this.#options
    const kept = Math.min(MOST_KEPT_FREE, Math.floor(concurrency / 4))
    return this.#queue.runningLow < concurrency - kept
  }

  async #work(key: string): Promise<void> {
    const startMs = this.#deps.clock.monotonicMs()
    const outcome = await this.#reconcile(key)
    const ms = this.#deps.clock.monotonicMs() - startMs
    this.#metrics?.reconciled(outcome, ms / 1000)
    // A failure has a line of its own.
    if (outcome === 'success' || outcome === 'requeue')
      this.#log.debug('reconciled', { key, outcome, ms: Math.round(ms) })
    this.#released.delete(key)
    this.#queue.done(key)
    if (this.#isDrained()) this.#drained?.()
    this.#schedulePump()
  }

  #worker(key: string): Worker {
    return {
      release: wanted => {
        if (this.#stopping) return wanted('stop')
        this.#released.set(key, () => wanted('stop'))
        this.#queue.release(key, () => wanted('again'))
        this.#schedulePump()
      },
    }
  }

  /** Never rejects. */
  async #reconcile(key: string): Promise<Outcome> {
    try {
      // Lost since it was queued: whoever owns it now has its own queue.
      const result = this.#owns(key)
        ? await this.#options.reconcile(key, this.#abort.signal, this.#worker(key))
        : undefined
      this.#queue.forget(key)
      this.#lookAgain(key)
      if (result?.next !== 'timer') return 'success'
      this.#queue.add(key, { afterMs: Math.max(1, result.afterMs) })
      return 'requeue'
    } catch (thrown) {
      return this.#failed(key, thrown)
    }
  }

  #lookAgain(key: string): void {
    const sinceMs = this.#openSinceMs.get(key)
    if (sinceMs === undefined) return
    const passedMs = this.#deps.clock.monotonicMs() - sinceMs
    const next = LOOKS_AGAIN_MS.find(ms => ms > passedMs)
    if (next === undefined) this.#openSinceMs.delete(key)
    else this.#queue.add(key, { priority: 'low', afterMs: next - passedMs })
  }

  /** A key that waits for a change would be looked at for ever if each look began the time anew. */
  #leftOpen(key: string, outcome: Outcome): void {
    if (outcome === 'terminal' && this.#openSinceMs.has(key)) return
    this.#openSinceMs.set(key, this.#deps.clock.monotonicMs())
  }

  #failed(key: string, thrown: unknown): Outcome {
    const error = toError(thrown)
    const outcome = classify(thrown)
    if (isOpen(thrown) || isOpen(error.cause)) this.#leftOpen(key, outcome)
    if (this.#stopping) {
      this.#log.debug('reconcile ended by the stop', { key, error })
      return outcome
    }
    if (outcome === 'terminal') {
      this.#queue.forget(key)
      this.#lookAgain(key)
      this.#log.warn('reconcile waits for a change', { key, error })
      return outcome
    }
    const retryInMs = Math.round(this.#queue.retry(key, retryLimits(outcome, error)))
    this.#report(outcome, { key, error, attempt: this.#queue.failuresOf(key), retryInMs })
    return outcome
  }

  #report(outcome: Outcome, fields: Readonly<Record<string, unknown>>): void {
    if (outcome === 'conflict') this.#log.debug('reconcile met a newer object', fields)
    else if (outcome === 'panic') this.#log.error('reconcile failed by a mistake in the program', fields)
    else this.#log.warn('reconcile failed', fields)
  }
}

function classify(thrown: unknown): Outcome {
  if (thrown instanceof ReconcileError) return thrown.retry === 'never' ? 'terminal' : 'error'
  if (isConflict(thrown)) return 'conflict'
  const mistake = thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof ReferenceError
  return mistake || !isError(thrown) ? 'panic' : 'error'
}

function retryLimits(outcome: Outcome, error: Error): { atLeastMs?: number; atMostMs?: number } {
  if (outcome === 'conflict') return { atMostMs: CONFLICT_AT_MOST_MS }
  if (error instanceof ReconcileError) return error.atMostMs === undefined ? {} : { atMostMs: error.atMostMs }
  const asked = error instanceof StatusError ? error.retryAfterMs : undefined
  return asked === undefined ? {} : { atLeastMs: asked }
}
