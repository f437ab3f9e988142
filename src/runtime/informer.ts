import type { Resource } from '../api/kinds.ts'
import type { Client, ListQuery } from '../kube/client.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Backoff, Random } from './backoff.ts'
import { ChangeFeed } from './change-feed.ts'
import type { Clock } from './clock.ts'
import { freezeDeep, newStringPool } from './freeze.ts'
import { type ListWatchState, newListWatch, type WatchTiming } from './list-watch.ts'
import type { Lister } from './lister.ts'
import type { Logger } from './logger.ts'
import { matchesQuery } from './selector-query.ts'
import { shareParts } from './share-parts.ts'
import { type Indexes, WatchCache } from './watch-cache.ts'

/** What changed. `previous` is what the cache held before; initial objects come as added with `initial: true`. */
export type Change<T extends KubeObject = KubeObject> =
  | { readonly type: 'added'; readonly object: T; readonly initial: boolean }
  | { readonly type: 'updated'; readonly object: T; readonly previous: T }
  | { readonly type: 'deleted'; readonly object: T }

/** Called synchronously, in order, for one change after the other. Must not throw and must be quick: it only queues keys. */
export type ChangeHandler<T extends KubeObject = KubeObject> = (change: Change<T>) => void

/** A watch cache of one resource of one cluster. */
export interface Informer<T extends KubeObject = KubeObject> extends Lister<T> {
  readonly resource: Resource
  /** True after the first complete list. */
  readonly synced: boolean
  /** Resolves when synced; rejects when `signal` aborts first. */
  waitForSync(signal?: AbortSignal): Promise<void>
  /** A handler that comes late is told of everything cached as added. @returns removes the handler. */
  addHandler(handler: ChangeHandler<T>): () => void
  /**
   * Takes the answer of a write of our own into the cache at once (read your writes; the watch's echo is then no change).
   * Ignored unless its resourceVersion is newer than the last that the watch has told, so a deleted object never comes back.
   */
  observe(object: KubeObject): void
  /** The last error of list or watch, until the next success: for readiness and conditions. */
  readonly lastError: Error | undefined
  stop(): void
}

/** An informer that lists and watches by itself, with the state that it is in. */
export interface RunningInformer<T extends KubeObject = KubeObject> extends Informer<T> {
  readonly state: ListWatchState
  /** Number of objects in the cache. */
  readonly size: number
}

/** Counts what informers do; implemented by runtime/metrics.ts. */
export interface InformerMetrics {
  watchEvent(cluster: string, resource: Resource, type: string): void
  /** A complete list was taken (the first, or after an expired version). */
  listed(cluster: string, resource: Resource): void
  listWatchFailed(cluster: string, resource: Resource): void
  /** Number of objects cached; undefined when the informer has stopped. */
  cached(cluster: string, resource: Resource, objects: number | undefined): void
}

export interface InformerDeps {
  readonly client: Pick<Client, 'name' | 'listPage' | 'watch'>
  readonly clock: Clock
  readonly log: Logger
  readonly metrics?: InformerMetrics
  /** Default Math.random. */
  readonly random?: Random
}

export interface InformerOptions<T extends KubeObject = KubeObject> {
  readonly resource: Resource
  readonly query?: ListQuery
  /** What is kept of an object; must return a new object (the rest is garbage). Default: all but managedFields. */
  readonly project?: (object: T) => T
  readonly indexes?: Indexes<T>
  /** The index by which objects are found that are alike. An object shares what is equal with one of them, or with its last version. */
  readonly relatives?: string
  /** Something of another cache that an object is like, deeply frozen: it shares what is equal with that as well. */
  readonly akin?: (object: T) => object | undefined
  /** Objects a page. Default 200. */
  readonly pageSize?: number
  /** The next page is on its way while one is taken in: quicker, and twice as much in memory. Default false. */
  readonly readAhead?: boolean
  /**
   * 'stream' lists through the watch itself (`sendInitialEvents`), falling back to pages where the server does not know
   * it. Default 'paged'.
   */
  readonly listMode?: 'paged' | 'stream'
  readonly backoff?: Backoff
  readonly timing?: Partial<WatchTiming>
  /** A server that has more than so many is not believed. Default: any number. */
  readonly mostObjects?: number
  /** Told of every failure; the informer goes on by itself. */
  readonly onError?: (error: Error) => void
}

/** Of one kind in one member. Kubernetes itself is made for 150,000 pods in a cluster. */
export const MOST_MEMBER_OBJECTS = 250_000

/** The default projection: everything but `metadata.managedFields`, which is the greater half of most objects. */
export function dropManagedFields<T extends KubeObject>(object: T): T {
  const { managedFields, ...metadata } = object.metadata
  return managedFields === undefined ? object : { ...object, metadata }
}

/**
 * Starts a watch cache: it lists, watches and recovers by itself until `stop`.
 *
 * Guarantees: handlers are told only of real differences, also after a relist; `get` gives what handlers were told or
 * newer; everything given out is deeply frozen. Objects passed to `observe` are frozen too.
 *
 * Assumes that T describes what the apiserver serves for the resource; T is not checked.
 */
export function newInformer<T extends KubeObject = KubeObject>(
  deps: InformerDeps,
  options: InformerOptions<T>,
): RunningInformer<T> {
  const { resource, query = {} } = options
  const cluster = deps.client.name
  const cache = newCache(options)
  const feed = new ChangeFeed<T>(deps.log, () => cache.list())
  const gate = newGate()
  const emit = (changes: Parameters<typeof feed.tell>[0]): void => {
    if (changes.length === 0) return
    deps.metrics?.cached(cluster, resource, cache.size)
    feed.tell(changes)
  }
  const listWatch = newListWatch(deps, { ...options, query }, { cache, emit, listed: gate.open })
  return {
    resource,
    get: key => cache.get(key),
    list: namespace => cache.list(namespace),
    byIndex: (index, value) => cache.byIndex(index, value),
    addHandler: handler => feed.add(handler),
    observe: object => {
      if (matchesQuery(query, object)) emit(cache.takeAnswer(object))
    },
    waitForSync: signal => gate.wait(signal),
    stop: () => {
      listWatch.stop()
      deps.metrics?.cached(cluster, resource, undefined)
    },
    get synced() {
      return gate.opened
    },
    get lastError() {
      return listWatch.lastError
    },
    get state() {
      return listWatch.state
    },
    get size() {
      return cache.size
    },
  }
}

function newCache<T extends KubeObject>(options: InformerOptions<T>): WatchCache<T> {
  const { project = dropManagedFields, indexes, relatives, akin } = options
  const share = newStringPool()
  const keep = (object: KubeObject, relativeOf: (object: T) => T | undefined): T => {
    // The decoding edge: what the apiserver serves for this resource is a T.
    const kept = project(object as T)
    for (const known of [relativeOf(kept), akin?.(kept)]) if (known !== undefined) shareParts(kept, known)
    return freezeDeep(kept, share)
  }
  return new WatchCache<T>({ keep, ...(indexes && { indexes }), ...(relatives !== undefined && { relatives }) })
}

interface Gate {
  readonly opened: boolean
  open(): void
  wait(signal?: AbortSignal): Promise<void>
}

/** Opens once; waiters before that wait, waiters after it do not. */
function newGate(): Gate {
  const { promise, resolve } = Promise.withResolvers<void>()
  let opened = false
  return {
    get opened() {
      return opened
    },
    open: () => {
      opened = true
      resolve()
    },
    wait: signal => (signal === undefined || opened ? promise : raceAbort(promise, signal)),
  }
}

function raceAbort(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise: raced, resolve, reject } = Promise.withResolvers<void>()
  const abort = (): void => reject(signal.reason)
  if (signal.aborted) abort()
  else signal.addEventListener('abort', abort, { once: true })
  void promise.then(() => {
    signal.removeEventListener('abort', abort)
    resolve()
  })
  return raced
}
