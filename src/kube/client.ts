import type { Resource } from '../api/kinds.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { SeatRequest } from './write-seats.ts'

/** What every request takes: a signal that ends it early, and its own limit (default: the client's). */
export interface RequestOptions {
  readonly signal?: AbortSignal
  readonly timeoutMs?: number
}

export interface WriteOptions extends RequestOptions {
  /** Writes to a subresource, e.g. 'status' or 'scale'. */
  readonly subresource?: string
  /** Default: FIELD_MANAGER. */
  readonly fieldManager?: string
  readonly dryRun?: boolean
  /** The caller took a seat for it (see takeSeat): nobody waits for it to end. Default false. */
  readonly seated?: boolean
}

export interface ApplyOptions extends WriteOptions {
  /** Take over fields that other managers own. Default true: we are the controller. */
  readonly force?: boolean
}

export interface DeleteOptions extends RequestOptions {
  /** Precondition: deletes only this incarnation of the object. */
  readonly uid?: string
  readonly resourceVersion?: string
  readonly propagationPolicy?: 'Background' | 'Foreground' | 'Orphan'
  readonly gracePeriodSeconds?: number
}

export interface ListQuery {
  /** All namespaces when absent. */
  readonly namespace?: string
  readonly labelSelector?: string
  readonly fieldSelector?: string
  /** 'metadata': objects come without spec and status, as PartialObjectMetadata. Default: whole. */
  readonly content?: 'metadata'
}

export interface ListPage {
  readonly items: readonly KubeObject[]
  readonly resourceVersion: string
  /** Present when more pages follow. */
  readonly continue?: string
  /** Those that are there and nest deeper than what we take in; only a page of one object tells them, others are refused as too large. */
  readonly unreadable?: readonly ObjectKey[]
}

export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: KubeObject }
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean }
  /** An object is in the version that a write of our own gave it. */
  | { readonly type: 'ECHO'; readonly resourceVersion: string }
  /** An object has changed, and nests deeper than what we take in. */
  | { readonly type: 'UNREADABLE'; readonly resourceVersion: string; readonly key: ObjectKey }

export interface WatchOptions extends RequestOptions {
  readonly resourceVersion: string
  /** Streaming list (`sendInitialEvents`); the end is told by a bookmark with `initialEventsEnd`. */
  readonly sendInitialEvents?: boolean
  /** The server ends the watch after about this long. */
  readonly timeoutSeconds?: number
  /** Called when the server has accepted the watch (its response headers came), which may be long before the first event. */
  readonly onOpen?: () => void
  /** The UID of the object that a write of our own left in a version, if its answer is known: what tells of it comes undecoded, as ECHO. */
  readonly uidOfOwnWrite?: (resourceVersion: string) => string | undefined
}

export type PatchBody =
  | { readonly type: 'merge'; readonly body: JsonObject }
  | { readonly type: 'json'; readonly body: readonly JsonPatchOperation[] }

export type JsonPatchOperation =
  | { readonly op: 'add' | 'replace' | 'test'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string }

export interface DocumentOptions extends RequestOptions {
  /** Media types by preference, as in an Accept header. */
  readonly accept: string
  /** Of the answer that the caller still has. */
  readonly etag?: string
}

export interface VersionedDocument {
  readonly document: unknown
  readonly etag: string | undefined
}

/** What a health endpoint answered. */
export interface ProbeAnswer {
  readonly statusCode: number
  /** '' when the server did not say. */
  readonly contentType: string
  readonly body: string
  /** When it answered, by its own clock, in milliseconds since the epoch and whole seconds; undefined when it did not say. */
  readonly serverTimeMs: number | undefined
}

/**
 * One apiserver, any kind, plain JSON. Every method rejects with a StatusError for an answer that the server gave
 * and a TransportError when there was none (kube/status-error.ts).
 */
export interface Client {
  /** 'host' or the member's name: for logs and metrics. */
  readonly name: string
  get(resource: Resource, key: ObjectKey, options?: RequestOptions): Promise<KubeObject>
  listPage(
    resource: Resource,
    query: ListQuery & { readonly limit?: number; readonly continue?: string; readonly resourceVersion?: string },
    options?: RequestOptions,
  ): Promise<ListPage>
  /**
   * All pages of a list (limit 500 each).
   *
   * @throws TransportError (too-large) when there are more than `mostObjects`; a page without objects counts as one, too.
   */
  list(
    resource: Resource,
    query?: ListQuery,
    options?: RequestOptions & { readonly mostObjects?: number },
  ): Promise<ListPage>
  create(resource: Resource, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Full PUT; fails with a conflict when the object's resourceVersion is not the current one. */
  update(resource: Resource, object: KubeObject, options?: WriteOptions): Promise<KubeObject>
  /** Server-side apply of what the caller declares. Never send `managedFields` or `resourceVersion: ''`. */
  apply(resource: Resource, object: KubeObject, options?: ApplyOptions): Promise<KubeObject>
  patch(resource: Resource, key: ObjectKey, patch: PatchBody, options?: WriteOptions): Promise<KubeObject>
  delete(resource: Resource, key: ObjectKey, options?: DeleteOptions): Promise<void>
  /**
   * For a write that can wait: resolves when it may be sent, at once where the apiserver is not busy with other writes of ours.
   * What it says is best looked up afterwards.
   *
   * @returns to be called once, when the write has ended.
   */
  takeSeat(request?: SeatRequest): Promise<() => void>
  watch(resource: Resource, query: ListQuery, options: WatchOptions): AsyncIterable<WatchEvent>
  /** Any other JSON request (discovery, /version). Answers of 400 and above reject like the others. */
  request(method: 'GET' | 'POST', path: string, body?: JsonObject, options?: RequestOptions): Promise<unknown>
  /**
   * GET of a document that changes seldom, in a form of the caller's choice.
   * @returns 'unchanged' when the server still has what `etag` stands for.
   */
  readDocument(path: string, options: DocumentOptions): Promise<VersionedDocument | 'unchanged'>
  /**
   * GET that gives the HTTP status code instead of throwing it: for /readyz and /healthz. Still rejects with TransportError.
   * It dials although the last dial has just failed, which no other request does.
   */
  probe(path: string, options?: RequestOptions): Promise<ProbeAnswer>
  /**
   * GET of a text that may be long or endless (the log of a container), in the pieces in which it comes.
   * `timeoutMs` limits the wait for its beginning.
   */
  readText(path: string, options?: RequestOptions): AsyncIterable<Buffer>
  /** Ends all connections; requests in flight reject. */
  close(): Promise<void>
}
