import type { KubeObject } from '../object/kube-object.ts'
import { printableMessage } from '../object/printable.ts'
import type { EventTarget } from './recorder.ts'

/** One Event: what was said first of an object, and how often since. */
export interface LedgerEntry {
  readonly key: string
  readonly about: EventTarget & { readonly resourceVersion?: string }
  readonly type: 'Normal' | 'Warning'
  readonly reason: string
  readonly message: string
  /** Milliseconds since the epoch. */
  readonly firstMs: number
  readonly lastMs: number
  readonly count: number
  /** The count that the apiserver knows; 0 before the Event exists. */
  readonly sentCount: number
  readonly sentMs: number
  /** The Event's name, once it exists. */
  readonly name?: string
}

export type Recorded =
  /** A new Event is due. */
  | { readonly type: 'new'; readonly entry: LedgerEntry }
  /** An equal one exists or waits: its count was raised. */
  | { readonly type: 'raised'; readonly entry: LedgerEntry }
  /** 'limit': the object has had its share; 'overflow': there is no room for a new one. */
  | { readonly type: 'dropped'; readonly why: 'limit' | 'overflow' }

export interface LedgerOptions {
  /** Equal events within this time are one Event. Default 600,000. */
  readonly windowMs?: number
  /** New Events of one object and change of it, Normal and Warning each for themselves. Default 3. */
  readonly perChange?: number
  /** After this long an object may have one Event more without having changed. Default 60,000. */
  readonly refillMs?: number
  /** Objects and events remembered; the oldest are forgotten first. Default 4096. */
  readonly memory?: number
}

interface Budget {
  readonly change: string
  readonly used: number
  readonly sinceMs: number
}

const LONGEST_MESSAGE = 1024

/**
 * Remembers which Events were recorded, to count equal ones and to hold back too many of one object. Their messages may quote what
 * anybody wrote: here they become printable, and short. No IO, no time.
 */
export class EventLedger {
  readonly #options: Required<LedgerOptions>
  readonly #entries = new Map<string, LedgerEntry>()
  readonly #budgets = new Map<string, Budget>()

  constructor(options: LedgerOptions = {}) {
    this.#options = { windowMs: 600_000, perChange: 3, refillMs: 60_000, memory: 4096, ...options }
  }

  get(key: string): LedgerEntry | undefined {
    return this.#entries.get(key)
  }

  /** Entries of which the apiserver does not know all. */
  unsent(): readonly LedgerEntry[] {
    return [...this.#entries.values()].filter(isUnsent)
  }

  /** @param isFull whether only what is known already is counted */
  record(
    about: KubeObject | EventTarget,
    event: Pick<LedgerEntry, 'type' | 'reason' | 'message'>,
    { nowMs, isFull = false }: { readonly nowMs: number; readonly isFull?: boolean },
  ): Recorded {
    const target = targetOf(about)
    const message = printableMessage(event.message, LONGEST_MESSAGE)
    const key = JSON.stringify([idOf(target), event.type, event.reason, message])
    const known = this.#entries.get(key)
    // What was not sent yet has still to be, with all that was counted.
    const isOpen = known !== undefined && (isUnsent(known) || nowMs - known.lastMs < this.#options.windowMs)
    if (isOpen) {
      return { type: 'raised', entry: this.#remember({ ...known, count: known.count + 1, lastMs: nowMs }) }
    }
    // What goes wrong is told however much went well before.
    if (isFull) return { type: 'dropped', why: 'overflow' }
    const hasShare = this.#spend(`${event.type} ${idOf(target)}`, changeOf(about), nowMs)
    if (!hasShare) return { type: 'dropped', why: 'limit' }
    const fresh = { firstMs: nowMs, lastMs: nowMs, count: 1, sentCount: 0, sentMs: Number.NEGATIVE_INFINITY }
    return { type: 'new', entry: this.#remember({ key, about: target, ...event, message, ...fresh }) }
  }

  /** The apiserver has the Event with `count`, under `name`. */
  sent(key: string, sent: { readonly name: string; readonly count: number; readonly nowMs: number }): void {
    const entry = this.#entries.get(key)
    if (entry !== undefined)
      this.#entries.set(key, { ...entry, name: sent.name, sentCount: sent.count, sentMs: sent.nowMs })
  }

  /** The Event is gone from the apiserver (they live for an hour): the next time it is a new one. */
  forget(key: string): void {
    this.#entries.delete(key)
  }

  #remember(entry: LedgerEntry): LedgerEntry {
    this.#entries.delete(entry.key)
    this.#entries.set(entry.key, entry)
    forgetOldest(this.#entries, this.#options.memory)
    return entry
  }

  #spend(id: string, change: string, nowMs: number): boolean {
    const { perChange, refillMs, memory } = this.#options
    const known = this.#budgets.get(id)
    // Who names an object by a target does not say which change of it the event is about: the one that is known.
    const isNew = change !== '' && known?.change !== '' && known?.change !== change
    const started = known === undefined || isNew
    const refilled = started ? 0 : Math.floor((nowMs - known.sinceMs) / refillMs)
    const used = started ? 0 : Math.max(0, known.used - refilled)
    if (used >= perChange) return false
    const sinceMs = started || used === 0 ? nowMs : known.sinceMs + refilled * refillMs
    this.#budgets.delete(id)
    this.#budgets.set(id, { change: change || (known?.change ?? ''), used: used + 1, sinceMs })
    forgetOldest(this.#budgets, memory)
    return true
  }
}

function isUnsent({ count, sentCount }: LedgerEntry): boolean {
  return count > sentCount
}

/** Maps keep the order in which keys were set: what was put longest ago goes first. */
function forgetOldest(memory: Map<string, unknown>, limit: number): void {
  for (const oldest of memory.keys()) {
    if (memory.size <= limit) return
    memory.delete(oldest)
  }
}

function targetOf(about: KubeObject | EventTarget): LedgerEntry['about'] {
  if (!isObject(about)) return about
  const { name, namespace, uid, resourceVersion } = about.metadata
  return {
    apiVersion: about.apiVersion,
    kind: about.kind,
    name,
    ...(namespace !== undefined && { namespace }),
    ...(uid !== undefined && { uid }),
    ...(resourceVersion !== undefined && { resourceVersion }),
  }
}

/** A change of an object is a new generation; kinds without one are taken as never changing. */
function changeOf(about: KubeObject | EventTarget): string {
  return isObject(about) ? String(about.metadata.generation ?? '') : ''
}

function isObject(about: KubeObject | EventTarget): about is KubeObject {
  return 'metadata' in about
}

function idOf(target: EventTarget): string {
  return target.uid ?? `${target.apiVersion}/${target.kind}/${target.namespace ?? ''}/${target.name}`
}
