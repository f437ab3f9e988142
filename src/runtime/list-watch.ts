import { formatResource, type Resource } from '../api/kinds.ts'
import type { Client, ListQuery, WatchEvent } from '../kube/client.ts'
import { listPages } from '../kube/list-pages.ts'
import { isBadRequest, isExpired, isInvalid, StatusError, TransportError } from '../kube/status-error.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../object/object-key.ts'
import { type Backoff, backoffMs, type Random } from './backoff.ts'
import { type Clock, sleep } from './clock.ts'
import { toError } from './failure.ts'
import type { Change, InformerMetrics } from './informer.ts'
import type { Logger } from './logger.ts'
import type { Replacement, WatchCache } from './watch-cache.ts'
import { newWatchdog } from './watchdog.ts'

/** Where a list-watch stands. */
export type ListWatchState =
  | { readonly phase: 'listing' }
  /** `resourceVersion` is where this watch began. */
  | { readonly phase: 'watching'; readonly resourceVersion: string }
  | { readonly phase: 'backing-off'; readonly delayMs: number; readonly next: 'listing' | 'watching' }
  | { readonly phase: 'stopped' }

/** The limits by which a connection that says nothing any more is found out. */
export interface WatchTiming {
  /** The server is asked to end a watch after this long, up to 1.8 times as long by chance. Default 300. */
  readonly serverTimeoutSeconds: number
  /** The client ends a watch this long after the server should have. Default 15,000. */
  readonly deadlineGraceMs: number
  /** A watch that says nothing for so long, not even a bookmark (one a minute), is opened anew. Default 150,000. */
  readonly silenceMs: number
  /** A streaming list that does not begin within this is left for a paged one: an old server ignores the wish. Default 10,000. */
  readonly streamStartMs: number
  /** A watch that has stood for so long counts as a success even if nothing happened. Default 2000. */
  readonly healthyAfterMs: number
}

const DEFAULT_TIMING: WatchTiming = {
  serverTimeoutSeconds: 300,
  deadlineGraceMs: 15_000,
  silenceMs: 150_000,
  streamStartMs: 10_000,
  healthyAfterMs: 2000,
}

const DEFAULT_BACKOFF: Backoff = { baseMs: 100, maxMs: 30_000 }

/** A page is decoded in one go, which holds up all else, and a hundred members may each have one on the way at the same time. */
const PAGE_SIZE = 200

/** Whoever makes one object after the other that cannot be read must not fill the log. */
const MOST_TOLD = 100

/** After so many answers in a row that refuse to watch, the version itself is doubted and the list taken again. */
const REFUSALS_BEFORE_RELIST = 3

export interface ListWatchDeps {
  readonly client: Pick<Client, 'name' | 'listPage' | 'watch'>
  readonly clock: Clock
  readonly log: Logger
  readonly metrics?: InformerMetrics
  readonly random?: Random
}

export interface ListWatchOptions {
  readonly resource: Resource
  readonly query: ListQuery
  readonly pageSize?: number
  readonly readAhead?: boolean
  readonly listMode?: 'paged' | 'stream'
  readonly backoff?: Backoff
  readonly timing?: Partial<WatchTiming>
  /** A server that has more than so many is not believed. Default: any number. */
  readonly mostObjects?: number
  readonly onError?: (error: Error) => void
}

/** What is kept equal to the server, and who is told. */
export interface ListWatchTarget<T extends KubeObject> {
  readonly cache: WatchCache<T>
  emit(changes: readonly Change<T>[]): void
  /** A complete list has been taken and told. */
  listed(): void
}

export interface ListWatch {
  readonly state: ListWatchState
  readonly lastError: Error | undefined
  stop(): void
}

/**
 * Keeps a cache equal to what an apiserver holds, until stopped.
 *
 *     listing ──ok──▶ watching ──ended by time──▶ watching, from the last version told
 *        ▲  ▲            │ │
 *        │  └── expired ─┘ └─ failed ─▶ backing-off ─▶ watching (or listing, when that failed)
 */
export function newListWatch<T extends KubeObject>(
  deps: ListWatchDeps,
  options: ListWatchOptions,
  target: ListWatchTarget<T>,
): ListWatch {
  const loop = new ListWatchLoop(deps, options, target)
  void loop.run()
  return loop
}

class ListWatchLoop<T extends KubeObject> implements ListWatch {
  readonly #deps: ListWatchDeps
  readonly #options: ListWatchOptions
  readonly #cache: WatchCache<T>
  readonly #target: ListWatchTarget<T>
  readonly #timing: WatchTiming
  readonly #stop = new AbortController()
  readonly #log: Logger
  #state: ListWatchState = { phase: 'listing' }
  #lastError: Error | undefined
  #failures = 0
  #refusals = 0
  #streams: boolean
  #bookmarked = false
  /** Those that the log has told of. */
  readonly #unreadable = new Set<string>()
  /** Events of the streaming list that is taken. */
  #listed = 0
  #current: AbortController | undefined

  constructor(deps: ListWatchDeps, options: ListWatchOptions, target: ListWatchTarget<T>) {
    this.#deps = deps
    this.#options = options
    this.#cache = target.cache
    this.#target = target
    this.#timing = { ...DEFAULT_TIMING, ...options.timing }
    this.#streams = options.listMode === 'stream'
    this.#log = deps.log.with({ cluster: deps.client.name, resource: formatResource(options.resource) })
  }

  get state(): ListWatchState {
    return this.#state
  }

  get lastError(): Error | undefined {
    return this.#lastError
  }

  stop(): void {
    this.#state = { phase: 'stopped' }
    this.#stop.abort(new Error('the informer has stopped'))
    this.#current?.abort(this.#stop.signal.reason)
  }

  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const next = await this.#step().catch((error: unknown) => this.#failed(toError(error)))
      if (!this.#stop.signal.aborted) this.#state = next
    }
  }

  #step(): Promise<ListWatchState> {
    const state = this.#state
    switch (state.phase) {
      case 'listing':
        this.#listed = 0
        return this.#streams ? this.#watch('', this.#cache.replace()) : this.#listPages()
      case 'watching':
        return this.#watch(state.resourceVersion)
      case 'backing-off':
        return this.#wait(state.delayMs, state.next)
      case 'stopped':
        return Promise.resolve(state)
    }
  }

  async #wait(delayMs: number, next: 'listing' | 'watching'): Promise<ListWatchState> {
    await sleep(this.#deps.clock, delayMs, this.#stop.signal)
    return next === 'listing' ? { phase: 'listing' } : this.#watching()
  }

  #watching(): ListWatchState {
    return { phase: 'watching', resourceVersion: this.#cache.resourceVersion }
  }

  async #listPages(): Promise<ListWatchState> {
    const { client } = this.#deps
    const { resource, query, pageSize = PAGE_SIZE, readAhead = false } = this.#options
    const { signal } = this.#stop
    let list: { readonly replacement: Replacement<T>; readonly resourceVersion: string } | undefined
    let objects = 0
    for await (const page of listPages(part => client.listPage(resource, { ...query, ...part }, { signal }), {
      pageSize,
      readAhead,
    })) {
      const { resourceVersion } = page
      list ??= { replacement: this.#cache.replace(resourceVersion), resourceVersion }
      for (const object of page.items) list.replacement.put(object)
      for (const key of page.unreadable ?? []) this.#keep(key, list.replacement)
      // A page without objects counts as well: there may be no end of them.
      objects += Math.max(1, page.items.length)
      if (page.continue !== undefined) this.#checkNumber(objects)
    }
    signal.throwIfAborted()
    if (list !== undefined) this.#finish(list.replacement, list.resourceVersion)
    return this.#state
  }

  /** What was known of an object stays as long as it is there; whoever looks for it finds why in the log. */
  #keep(key: ObjectKey, replacement?: Replacement<T>): void {
    replacement?.keep(key)
    const isNew = this.#unreadable.size < MOST_TOLD && !this.#unreadable.has(formatKey(key))
    if (!isNew) return
    this.#unreadable.add(formatKey(key))
    this.#log.warn('an object nests too deep to be taken in: what was known of it stays', { key: formatKey(key) })
  }

  #finish(replacement: Replacement<T>, resourceVersion: string): void {
    const changes = replacement.finish(resourceVersion)
    this.#deps.metrics?.listed(this.#deps.client.name, this.#options.resource)
    this.#lastError = undefined
    this.#target.emit(changes)
    this.#target.listed()
    // A streaming list goes on as a watch: from here on a failure costs no list.
    this.#state = this.#watching()
  }

  /** One watch, to its end. With `replacement` it begins with a streaming list. */
  async #watch(resourceVersion: string, replacement?: Replacement<T>): Promise<ListWatchState> {
    const abort = new AbortController()
    this.#current = abort
    const watch = this.#beginWatch(abort, replacement !== undefined)
    let listing = replacement
    // What a list must hold has to be decoded.
    const uidOfOwnWrite = (version: string): string | undefined =>
      listing === undefined ? this.#cache.uidOfOwnWrite(version) : undefined
    const options = { ...watch.options, resourceVersion, signal: abort.signal, uidOfOwnWrite }
    try {
      for await (const event of this.#deps.client.watch(this.#options.resource, this.#options.query, options)) {
        if (abort.signal.aborted) break
        watch.heard()
        if (listing === undefined) this.#take(event)
        else if (this.#takeListed(event, listing)) listing = undefined
      }
    } catch (error) {
      // The watchdog's end is no failure: the watch resumes from the last version told.
      if (!abort.signal.aborted) throw error
    } finally {
      watch.stop()
    }
    return this.#ended({ ...watch.seen(), silent: abort.signal.aborted, listing: listing !== undefined })
  }

  #beginWatch(abort: AbortController, streams: boolean) {
    const { clock, random = Math.random } = this.#deps
    const { serverTimeoutSeconds, deadlineGraceMs, silenceMs, streamStartMs, healthyAfterMs } = this.#timing
    const timeoutSeconds = Math.round(serverTimeoutSeconds * (1 + 0.8 * random()))
    const watchdog = newWatchdog(clock, {
      deadlineMs: timeoutSeconds * 1000 + deadlineGraceMs,
      silenceMs,
      startMs: streams ? streamStartMs : silenceMs,
      expired: reason => abort.abort(reason),
    })
    let cancelHealthy = (): void => {}
    let heard = false
    let opened = false
    const onOpen = (): void => {
      opened = true
      this.#lastError = undefined
      cancelHealthy = clock.after(healthyAfterMs, () => this.#succeeded())
    }
    return {
      options: { timeoutSeconds, onOpen, ...(streams && { sendInitialEvents: true }) },
      seen: () => ({ heard, opened }),
      heard: () => {
        watchdog.heard()
        if (!heard) this.#succeeded()
        heard = true
      },
      stop: () => {
        watchdog.stop()
        cancelHealthy()
      },
    }
  }

  #take(event: WatchEvent): void {
    if (event.type === 'BOOKMARK') this.#bookmarked = true
    if (event.type === 'UNREADABLE') this.#keep(event.key)
    this.#deps.metrics?.watchEvent(this.#deps.client.name, this.#options.resource, event.type)
    if (this.#isNew(event)) this.#checkNumber(this.#cache.size)
    this.#target.emit(this.#cache.apply(event))
  }

  /** By what is cached, not by what the server calls it. Looked up only where the number of objects is limited. */
  #isNew(event: WatchEvent): boolean {
    if (this.#options.mostObjects === undefined || (event.type !== 'ADDED' && event.type !== 'MODIFIED')) return false
    return this.#cache.get(keyOf(event.object)) === undefined
  }

  /** What a member says is kept in memory: one that has no end must not fill it. */
  #checkNumber(objects: number): void {
    const { mostObjects = Number.POSITIVE_INFINITY, resource } = this.#options
    if (objects < mostObjects) return
    throw new TransportError('too-large', `it has more than ${mostObjects} ${resource.plural}: no more are taken in`)
  }

  /** @returns true when the list is complete. */
  #takeListed(event: WatchEvent, replacement: Replacement<T>): boolean {
    this.#listed += 1
    this.#checkNumber(this.#listed)
    if (event.type === 'DELETED') replacement.remove(event.object)
    else if (event.type === 'ADDED' || event.type === 'MODIFIED') replacement.put(event.object)
    else if (event.type === 'UNREADABLE') this.#keep(event.key, replacement)
    else if (event.type === 'BOOKMARK' && event.initialEventsEnd) this.#finish(replacement, event.resourceVersion)
    return event.type === 'BOOKMARK' && event.initialEventsEnd
  }

  #ended(watch: { silent: boolean; heard: boolean; opened: boolean; listing: boolean }): ListWatchState {
    if (this.#stop.signal.aborted) return { phase: 'stopped' }
    if (watch.listing) {
      // An old server takes the request for an ordinary watch and never tells the end of the list.
      this.#streams = false
      this.#log.debug('no streaming list here, falling back to pages')
      return { phase: 'listing' }
    }
    if (watch.silent && watch.opened) return this.#silent()
    if (!watch.heard) return this.#failed(new Error('the watch ended without a word'))
    return this.#watching()
  }

  /** Servers that send bookmarks are known to be broken when silent; others may just have nothing to tell. */
  #silent(): ListWatchState {
    this.#log.debug('a watch was silent, opening it anew')
    if (this.#bookmarked) this.#lastError = new Error('the watch went silent')
    return this.#watching()
  }

  #succeeded(): void {
    if (this.#failures > 1) this.#log.info('list and watch work again', { failures: this.#failures })
    this.#failures = 0
    this.#refusals = 0
    this.#lastError = undefined
  }

  #failed(error: Error): ListWatchState {
    if (this.#stop.signal.aborted) return { phase: 'stopped' }
    const listing = this.#state.phase === 'listing'
    if (listing && this.#refusesStream(error)) return { phase: 'listing' }
    const relist = listing || isExpired(error) || this.#doubtsVersion(error)
    this.#failures++
    if (isExpired(error) && this.#failures === 1) return { phase: 'listing' }
    return this.#backOff(error, relist ? 'listing' : 'watching')
  }

  /** Falls back to pages when the server knows streaming lists but has them switched off. */
  #refusesStream(error: Error): boolean {
    const refused = this.#streams && (isBadRequest(error) || isInvalid(error))
    if (refused) this.#streams = false
    return refused
  }

  /** A restored etcd answers for a version of the future with one error after the other, never with 'expired'. */
  #doubtsVersion(error: Error): boolean {
    if (error instanceof StatusError) this.#refusals++
    if (this.#refusals < REFUSALS_BEFORE_RELIST) return false
    this.#refusals = 0
    return true
  }

  #backOff(error: Error, next: 'listing' | 'watching'): ListWatchState {
    const delayMs = backoffMs(
      this.#options.backoff ?? DEFAULT_BACKOFF,
      this.#failures,
      this.#deps.random ?? Math.random,
    )
    this.#lastError = error
    this.#deps.metrics?.listWatchFailed(this.#deps.client.name, this.#options.resource)
    const report = { error, failures: this.#failures, retryInMs: Math.round(delayMs), next }
    if (this.#failures === 2) this.#log.warn('list or watch keeps failing', report)
    else this.#log.debug('list or watch failed', report)
    this.#options.onError?.(error)
    return { phase: 'backing-off', delayMs, next }
  }
}
