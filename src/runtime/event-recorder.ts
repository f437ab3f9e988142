import type { AgentRule } from '../api/agent-rule.ts'
import type { HostRule } from '../api/host-rule.ts'
import type { Resource } from '../api/kinds.ts'
import type { Client, WriteOptions } from '../kube/client.ts'
import { newRateLimit, type RateLimit } from '../kube/rate-limit.ts'
import { isNotFound } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type Clock, timestampOf } from './clock.ts'
import { type Controller, newController } from './controller.ts'
import { EventLedger, type LedgerEntry, type LedgerOptions } from './event-ledger.ts'
import type { Logger } from './logger.ts'
import { awaitChange, type ReconcileResult, requeueAfter } from './reconcile-error.ts'
import type { Recorder } from './recorder.ts'

/**
 * Events of the core group, which every tool reads: `kubectl describe`, `kubectl get events` and its sorting by
 * lastTimestamp. (events.k8s.io stores the same objects but leaves those fields empty.)
 */
const CORE_EVENT: Resource = { group: '', version: 'v1', kind: 'Event', plural: 'events', namespaced: true }

/** An event lies in the namespace of what it is about. */
export const EVENT_RULES: readonly HostRule[] = [{ on: CORE_EVENT, verbs: ['create', 'patch'] }]

/** An agent tells of its Works. */
export const AGENT_EVENT_RULES: readonly AgentRule[] = [
  { on: CORE_EVENT, within: 'execution', verbs: ['create', 'patch'] },
]

/** Counts what becomes of events; implemented by runtime/metrics.ts. */
export interface RecorderMetrics {
  eventSent(verb: 'create' | 'patch'): void
  /** 'limit': the object has had its share; 'overflow': too many wait; 'failed': the apiserver would not have it. */
  eventDropped(why: 'limit' | 'overflow' | 'failed', type: LedgerEntry['type']): void
}

export interface RecorderDeps {
  readonly client: Pick<Client, 'create' | 'patch' | 'takeSeat'>
  readonly clock: Clock
  readonly log: Logger
  readonly metrics?: RecorderMetrics
}

export interface RecorderOptions extends LedgerOptions {
  /** Shown as the source. Default 'flotilla'. */
  readonly component?: string
  /** Which process, e.g. the pod's name. */
  readonly instance: string
  /** Requests a second on average. Default 25. */
  readonly qps?: number
  /** Requests at once. Default 50. */
  readonly burst?: number
  /** Events that may wait, Normal and Warning each for themselves; more are dropped. Default 1000. */
  readonly queueLimit?: number
  /** A Normal event that is due waits so long for a seat (Client.takeSeat). Default 30,000. */
  readonly patienceMs?: number
  /** A Normal event waits so long for equal ones (one per member, say), which then cost one request. Default 1000. */
  readonly gatherMs?: number
  /** A count is written at most so often. Default 30,000. */
  readonly raiseIntervalMs?: number
}

/** A recorder that sends in the background. */
export interface RunningRecorder extends Recorder {
  /** Sends what waits, for at most `limitMs` (default 2000), then ends. */
  stop(limitMs?: number): Promise<void>
}

/** Whose Event has to be written. */
type Due = Pick<LedgerEntry, 'key' | 'type'>

type EventWrite = Pick<WriteOptions, 'signal' | 'seated'>

const MOST_FAILURES = 3
const FIRST_RETRY_MS = 1000
/** Events of cluster-scoped objects live here. */
const CLUSTER_SCOPED_NAMESPACE = 'default'

/**
 * Builds a recorder; Events are best effort: what the apiserver refuses three times is dropped. While the apiserver has more to write
 * than it can, a Normal event waits for half a minute until that is done; a Warning waits for nothing but its pace.
 */
export function newEventRecorder(deps: RecorderDeps, options: RecorderOptions): RunningRecorder {
  return new BackgroundRecorder(deps, options)
}

class BackgroundRecorder implements RunningRecorder {
  readonly #deps: RecorderDeps
  readonly #options: RecorderOptions
  readonly #ledger: EventLedger
  readonly #senders: Readonly<Record<LedgerEntry['type'], Controller>>
  readonly #limit: RateLimit
  readonly #failures = new Map<string, number>()
  /** What is to be sent, and from when on by the monotonic clock; delayed counts are not among it. */
  readonly #waiting = { Normal: new Map<string, number>(), Warning: new Map<string, number>() } as const
  #draining = false
  /** Ends the waits of those who are about to write: at a drain nobody paces himself any more. */
  readonly #hurries = new Set<() => void>()
  #sequence = 0
  #drained = (): void => {}

  constructor(deps: RecorderDeps, options: RecorderOptions) {
    this.#deps = deps
    this.#options = options
    this.#ledger = new EventLedger(options)
    const { qps = 25, burst = 50 } = options
    this.#limit = newRateLimit(qps, burst, deps.clock)
    // One each: of a Normal event that waits no Warning has to know.
    this.#senders = { Normal: this.#newSender('Normal', 'events'), Warning: this.#newSender('Warning', 'warnings') }
  }

  #newSender(type: LedgerEntry['type'], name: string): Controller {
    const reconcile = (key: string, signal: AbortSignal): Promise<ReconcileResult> => this.#send({ key, type }, signal)
    const sender = newController({ name, concurrency: 1, reconcile }, { clock: this.#deps.clock, log: this.#deps.log })
    sender.start()
    return sender
  }

  event(...[about, type, reason, message]: Parameters<Recorder['event']>): void {
    if (this.#draining) return
    const { queueLimit = 1000 } = this.#options
    const nowMs = this.#deps.clock.nowMs()
    const isFull = this.#waiting[type].size >= queueLimit
    const recorded = this.#ledger.record(about, { type, reason, message }, { nowMs, isFull })
    if (recorded.type === 'dropped') this.#deps.metrics?.eventDropped(recorded.why, type)
    else if (recorded.type === 'new') this.#enqueue(recorded.entry, type === 'Normal' ? this.#gatherMs : 0)
    else if (!this.#waiting[type].has(recorded.entry.key)) {
      const afterMs = Math.max(1, recorded.entry.sentMs + this.#raiseIntervalMs - nowMs)
      this.#senders[type].enqueue(recorded.entry.key, { afterMs })
    }
  }

  async stop(limitMs = 2000): Promise<void> {
    this.#draining = true
    for (const hurry of this.#hurries) hurry()
    for (const entry of this.#ledger.unsent()) this.#enqueue(entry)
    if (this.#isWaiting) {
      await new Promise<void>(resolve => {
        this.#drained = resolve
        this.#deps.clock.after(limitMs, resolve)
      })
    }
    await Promise.all(Object.values(this.#senders).map(sender => sender.stop(0)))
  }

  get #isWaiting(): boolean {
    return this.#waiting.Normal.size + this.#waiting.Warning.size > 0
  }

  get #raiseIntervalMs(): number {
    return this.#options.raiseIntervalMs ?? 30_000
  }

  get #gatherMs(): number {
    return this.#options.gatherMs ?? 1000
  }

  #enqueue({ key, type }: Due, afterMs = 0): void {
    this.#waiting[type].set(key, this.#deps.clock.monotonicMs() + afterMs)
    this.#senders[type].enqueue(key, { afterMs })
  }

  /** Never rejects: the recorder has its own idea of when to give up, and failing events are not worth a warning each. */
  async #send({ key, type }: Due, signal: AbortSignal): Promise<ReconcileResult> {
    const entry = this.#ledger.get(key)
    // So much else was told meanwhile that it is forgotten.
    if (entry === undefined && this.#waiting[type].has(key)) this.#deps.metrics?.eventDropped('overflow', type)
    if (entry === undefined || entry.count === entry.sentCount) return this.#settled({ key, type })
    try {
      await this.#pace()
      await this.#writeInTurn(entry, signal)
      return this.#settled(entry)
    } catch (error) {
      return this.#failed(entry, error)
    }
  }

  async #pace(): Promise<void> {
    const waitMs = this.#draining ? undefined : this.#limit.takeMs()
    if (waitMs === undefined) return
    const { promise, resolve } = Promise.withResolvers<void>()
    const forget = this.#hurryAfter(waitMs, resolve)
    await promise
    forget()
  }

  async #writeInTurn(entry: LedgerEntry, signal: AbortSignal): Promise<void> {
    const { key, type } = entry
    const leave = type === 'Normal' ? await this.#takeSeat(key) : undefined
    try {
      // What has been counted meanwhile is told as well.
      await this.#write(this.#ledger.get(key) ?? entry, { signal, seated: leave !== undefined })
    } finally {
      leave?.()
    }
  }

  /** @returns gives it back; undefined when there is no time to wait for one. */
  async #takeSeat(key: string): Promise<(() => void) | undefined> {
    const { client, clock } = this.#deps
    const { patienceMs = 30_000 } = this.#options
    const nowMs = clock.monotonicMs()
    const leftMs = (this.#waiting.Normal.get(key) ?? nowMs) + patienceMs - nowMs
    if (this.#draining || leftMs <= 0) return undefined
    let forget = (): void => undefined
    const parked = (hurry: () => void): void => {
      forget = this.#hurryAfter(leftMs, hurry)
    }
    try {
      return await client.takeSeat({ parked })
    } finally {
      forget()
    }
  }

  /** Calls it after a while, at a drain at once. @returns forgets it. */
  #hurryAfter(delayMs: number, hurry: () => void): () => void {
    this.#hurries.add(hurry)
    const cancel = this.#deps.clock.after(delayMs, hurry)
    return () => {
      cancel()
      this.#hurries.delete(hurry)
    }
  }

  #settled({ key, type }: Due): ReconcileResult {
    this.#failures.delete(key)
    const entry = this.#ledger.get(key)
    const raisedMeanwhile = entry !== undefined && entry.count !== entry.sentCount
    // At a stop there is no later.
    if (raisedMeanwhile && this.#draining) return requeueAfter(1)
    this.#waiting[type].delete(key)
    if (!this.#isWaiting) this.#drained()
    return raisedMeanwhile ? requeueAfter(this.#raiseIntervalMs) : awaitChange()
  }

  #failed(entry: LedgerEntry, error: unknown): ReconcileResult {
    const failures = (this.#failures.get(entry.key) ?? 0) + 1
    this.#failures.set(entry.key, failures)
    this.#deps.log.debug('an event was not sent', { reason: entry.reason, about: entry.about.name, failures, error })
    if (failures < MOST_FAILURES) return requeueAfter(FIRST_RETRY_MS * 2 ** (failures - 1))
    this.#deps.metrics?.eventDropped('failed', entry.type)
    this.#ledger.forget(entry.key)
    return this.#settled(entry)
  }

  async #write(entry: LedgerEntry, options: EventWrite): Promise<void> {
    const { clock, metrics } = this.#deps
    const patched = entry.name !== undefined && (await this.#raise(entry, entry.name, options))
    const name = patched ? entry.name : await this.#create(entry, options)
    metrics?.eventSent(patched ? 'patch' : 'create')
    this.#ledger.sent(entry.key, { name: name ?? '', count: entry.count, nowMs: clock.nowMs() })
  }

  async #create(entry: LedgerEntry, options: EventWrite): Promise<string> {
    const event = this.#eventOf(entry)
    await this.#deps.client.create(CORE_EVENT, event, options)
    return event.metadata.name
  }

  /** @returns false when the Event is gone. */
  async #raise(entry: LedgerEntry, name: string, options: EventWrite): Promise<boolean> {
    const body = { count: entry.count, lastTimestamp: timestampOf(entry.lastMs) }
    try {
      await this.#deps.client.patch(
        CORE_EVENT,
        { namespace: namespaceOf(entry), name },
        { type: 'merge', body },
        options,
      )
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  #eventOf(entry: LedgerEntry): KubeObject {
    const { component = 'flotilla', instance } = this.#options
    const { apiVersion, kind, name, namespace, uid, resourceVersion } = entry.about
    return {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: this.#nameFor(entry), namespace: namespaceOf(entry) },
      involvedObject: {
        apiVersion,
        kind,
        name,
        ...(namespace !== undefined && { namespace }),
        ...(uid !== undefined && { uid }),
        ...(resourceVersion !== undefined && { resourceVersion }),
      },
      type: entry.type,
      reason: entry.reason,
      message: entry.message,
      count: entry.count,
      firstTimestamp: timestampOf(entry.firstMs),
      lastTimestamp: timestampOf(entry.lastMs),
      source: { component, host: instance },
      reportingComponent: component,
      reportingInstance: instance,
    }
  }

  /** `<object>.<hex>`, as client-go: names of Events need not be names of objects, so a colon or upper case is replaced. */
  #nameFor(entry: LedgerEntry): string {
    const unique = (BigInt(entry.firstMs) * 1_000_000n + BigInt(this.#sequence++ % 1_000_000)).toString(16)
    const stem = entry.about.name.toLowerCase().replace(/[^a-z0-9.-]/g, '-')
    return `${stem.slice(0, 253 - 1 - unique.length).replace(/[^a-z0-9]+$/, '')}.${unique}`
  }
}

function namespaceOf(entry: LedgerEntry): string {
  return entry.about.namespace ?? CLUSTER_SCOPED_NAMESPACE
}
