import type { LookupFunction } from 'node:net'
import type { Resource } from '../api/kinds.ts'
import { FIELD_MANAGER } from '../api/names.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { keyOf, type ObjectKey } from '../object/object-key.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type {
  Client,
  DeleteOptions,
  DocumentOptions,
  ListPage,
  ListQuery,
  ProbeAnswer,
  RequestOptions,
  VersionedDocument,
  WatchEvent,
  WatchOptions,
  WriteOptions,
} from './client.ts'
import type { WireRequest } from './connection.ts'
import { transportError } from './connection-error.ts'
import { asKubeObject, asListedObject } from './decode-object.ts'
import { decodeBody, decodeResponse } from './decode-response.ts'
import { encodeJson, encodeJsonForYaml, skimJson } from './json.ts'
import { listPages } from './list-pages.ts'
import { pageTurns } from './page-turns.ts'
import { collectionPath, formatQuery, objectPath, watchQuery, writeQuery } from './paths.ts'
import { type ClientLimits, resolveLimits, type ServerConfig } from './server-config.ts'
import { isTooLarge, TransportError, type TransportErrorKind } from './status-error.ts'
import { systemTiming, type Timing } from './timing.ts'
import { Transport } from './transport.ts'
import { readFailure, readWatch } from './watch.ts'
import { type SeatRequest, WriteSeats } from './write-seats.ts'

const JSON_TYPE = 'application/json'
const APPLY_TYPE = 'application/apply-patch+yaml'
const PATCH_TYPES = { merge: 'application/merge-patch+json', json: 'application/json-patch+json' } as const
const PAGE_SIZE = 500
const MAX_PROBE_BYTES = 256 * 1024
/** A watch whose server does not end it in time is ended this much later. */
const WATCH_GRACE_MS = 30_000

/** In the field's terms, for metrics. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'apply' | 'patch' | 'delete' | 'request' | 'probe'

/** What a finished request says to metrics. For a watch: from its request to the first byte of its answer. */
export interface RequestReport {
  readonly verb: Verb
  /** Absent for what concerns no resource (discovery, probes). */
  readonly resource: Resource | undefined
  readonly subresource: string | undefined
  /** The HTTP status code, or why there was none. */
  readonly code: number | TransportErrorKind
  readonly durationMs: number
}

export interface NewClientOptions {
  readonly limits?: ClientLimits
  readonly timing?: Timing
  /** Called once for every request, retries included in its time. Must not throw. */
  readonly onRequest?: (report: RequestReport) => void
  /** Called before each write; throws when we may no longer write (the lease is lost). */
  readonly fence?: () => void
  /** Resolves host names; default: the system's own way, by itself. */
  readonly lookup?: LookupFunction
  /** Its lists are taken in before those of other apiservers. Default false. */
  readonly pagesFirst?: boolean
  /** Default: FIELD_MANAGER. */
  readonly fieldManager?: string
  /** Default: the project's name. */
  readonly userAgent?: string
}

/**
 * A client for one apiserver. Connects when first used.
 *
 * @throws TransportError (other) when the server's address is no URL.
 */
export function newClient(config: ServerConfig, options: NewClientOptions = {}): Client {
  const limits = resolveLimits(options.limits)
  const timing = options.timing ?? systemTiming
  const userAgent = options.userAgent ?? FIELD_MANAGER
  const { lookup } = options
  const transport = new Transport({ config, limits, timing, userAgent, ...(lookup && { lookup }) })
  return new TransportClient(transport, {
    ...options,
    name: config.name,
    timing,
    maxEventBytes: limits.maxWatchEventBytes,
  })
}

interface TransportClientOptions extends NewClientOptions {
  readonly name: string
  readonly timing: Timing
  readonly maxEventBytes: number
}

/** What a request is, besides its bytes. */
interface Call {
  readonly verb: Verb
  readonly resource?: Resource
  readonly subresource?: string | undefined
}

type ReadLimits = RequestOptions & { readonly maxBytes?: number }

class TransportClient implements Client {
  readonly name: string
  readonly #transport: Transport
  readonly #options: TransportClientOptions
  readonly #fieldManager: string
  readonly #seats = new WriteSeats()

  constructor(transport: Transport, options: TransportClientOptions) {
    this.name = options.name
    this.#transport = transport
    this.#options = options
    this.#fieldManager = options.fieldManager ?? FIELD_MANAGER
  }

  async get(resource: Resource, key: ObjectKey, options: RequestOptions = {}): Promise<KubeObject> {
    const path = objectPath(resource, key)
    const limits = { ...options, maxBytes: this.#options.maxEventBytes }
    return this.#object(await this.#send({ verb: 'get', resource }, { method: 'GET', path }, limits))
  }

  async listPage(
    resource: Resource,
    query: ListQuery & { readonly limit?: number; readonly continue?: string; readonly resourceVersion?: string },
    options: RequestOptions = {},
  ): Promise<ListPage> {
    const { namespace, content, ...parameters } = query
    const path = `${collectionPath(resource, namespace)}${formatQuery(parameters)}`
    const accept = content === undefined ? {} : { accept: metadataType('PartialObjectMetadataList') }
    const request: WireRequest = { method: 'GET', path, ...accept }
    const { where } = this.#transport
    const response = await this.#reported({ verb: 'list', resource }, () => this.#transport.exchange(request, options))
    await pageTurns.take(response.body.byteLength, this.#options.pagesFirst === true)
    try {
      return this.#page(decodeResponse(response, where), resource)
    } catch (error) {
      if (query.limit !== 1 || !isTooLarge(error)) throw error
      const { items, ...page } = this.#page(decodeBody(response.body, where, skimJson), resource)
      return { ...page, items: [], unreadable: items.map(keyOf) }
    }
  }

  async list(...[resource, query = {}, options = {}]: Parameters<Client['list']>): Promise<ListPage> {
    const { mostObjects = Number.POSITIVE_INFINITY, ...limits } = options
    const items: KubeObject[] = []
    let resourceVersion = ''
    let counted = 0
    for await (const page of listPages(part => this.listPage(resource, { ...query, ...part }, limits), {
      pageSize: PAGE_SIZE,
    })) {
      for (const item of page.items) items.push(item)
      resourceVersion = page.resourceVersion
      counted += Math.max(1, page.items.length)
      if (counted > mostObjects) throw this.#tooMany(resource, mostObjects)
    }
    return { items, resourceVersion }
  }

  async create(resource: Resource, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const key = keyOf(object)
    const target =
      options.subresource === undefined
        ? collectionPath(resource, key.namespace)
        : objectPath(resource, key, options.subresource)
    const path = `${target}${writeQuery(this.#fieldManager, options)}`
    return this.#write('create', resource, { method: 'POST', path, contentType: JSON_TYPE, content: object, options })
  }

  async update(resource: Resource, object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = this.#writePath(resource, keyOf(object), options)
    return this.#write('update', resource, { method: 'PUT', path, contentType: JSON_TYPE, content: object, options })
  }

  async apply(
    resource: Resource,
    object: KubeObject,
    options: WriteOptions & { readonly force?: boolean } = {},
  ): Promise<KubeObject> {
    const path = this.#writePath(resource, keyOf(object), { ...options, force: options.force ?? true })
    return this.#write('apply', resource, { method: 'PATCH', path, contentType: APPLY_TYPE, content: object, options })
  }

  async patch(...[resource, key, patch, options = {}]: Parameters<Client['patch']>): Promise<KubeObject> {
    const path = this.#writePath(resource, key, options)
    const contentType = PATCH_TYPES[patch.type]
    return this.#write('patch', resource, { method: 'PATCH', path, contentType, content: patch.body, options })
  }

  async delete(resource: Resource, key: ObjectKey, options: DeleteOptions = {}): Promise<void> {
    this.#options.fence?.()
    const path = objectPath(resource, key)
    const body = encodeJson(deleteBody(options))
    const request: WireRequest = { method: 'DELETE', path, contentType: JSON_TYPE, body }
    const answer = await this.#sendWrite({ verb: 'delete', resource }, request, options)
    // Who takes anything else for a deletion leaves behind what a proxy, say, has never passed on.
    if (!isSuccess(answer) && this.#object(answer).metadata.name !== key.name)
      throw this.#malformed('what it says of a deletion is of something else')
  }

  takeSeat(request?: SeatRequest): Promise<() => void> {
    return this.#seats.take(request)
  }

  async *watch(resource: Resource, query: ListQuery, options: WatchOptions): AsyncGenerator<WatchEvent, void> {
    const path = `${collectionPath(resource, query.namespace)}${watchQuery(query, options)}`
    const { timeoutSeconds } = options
    const accept = query.content === undefined ? {} : { accept: metadataType('PartialObjectMetadata') }
    const stream = await this.#reported({ verb: 'watch', resource }, () =>
      this.#transport.open(
        { method: 'GET', path, ...accept },
        {
          signal: options.signal,
          timeoutMs: options.timeoutMs,
          ...(timeoutSeconds === undefined ? {} : { lifetimeMs: timeoutSeconds * 1000 + WATCH_GRACE_MS }),
        },
      ),
    )
    try {
      if (stream.statusCode < 400) options.onOpen?.()
      const { maxEventBytes } = this.#options
      yield* readWatch(stream, { where: this.#transport.where, maxEventBytes, uidOfOwnWrite: options.uidOfOwnWrite })
    } finally {
      stream.close()
    }
  }

  request(...[method, path, body, options = {}]: Parameters<Client['request']>): Promise<unknown> {
    const request: WireRequest =
      body === undefined ? { method, path } : { method, path, contentType: JSON_TYPE, body: encodeJson(body) }
    return this.#send({ verb: 'request' }, request, options)
  }

  async readDocument(path: string, options: DocumentOptions): Promise<VersionedDocument | 'unchanged'> {
    const { accept, etag, ...limits } = options
    const request: WireRequest = { method: 'GET', path, accept, ...(etag === undefined ? {} : { ifNoneMatch: etag }) }
    const response = await this.#reported({ verb: 'request' }, () => this.#transport.exchange(request, limits))
    if (response.statusCode === 304 && etag !== undefined) return 'unchanged'
    return { document: decodeResponse(response, this.#transport.where), etag: response.etag }
  }

  async *readText(path: string, options: RequestOptions = {}): AsyncGenerator<Buffer, void> {
    const stream = await this.#reported({ verb: 'request' }, () =>
      this.#transport.open({ method: 'GET', path, accept: '*/*' }, options),
    )
    try {
      if (stream.statusCode >= 400) throw await readFailure(stream, this.#transport.where)
      for (let chunks = await stream.body.read(); chunks !== undefined; chunks = await stream.body.read()) yield* chunks
    } finally {
      stream.close()
    }
  }

  async probe(path: string, options: RequestOptions = {}): Promise<ProbeAnswer> {
    const { statusCode, contentType, date, body } = await this.#reported({ verb: 'probe' }, () =>
      this.#transport.exchange(
        { method: 'GET', path, accept: '*/*' },
        { ...options, maxBytes: MAX_PROBE_BYTES, urgent: true },
      ),
    )
    const serverTimeMs = date === undefined ? undefined : Date.parse(date) || undefined
    return { statusCode, contentType, body: body.toString('utf8'), serverTimeMs }
  }

  async close(): Promise<void> {
    this.#transport.close()
  }

  #writePath(resource: Resource, key: ObjectKey, options: WriteOptions & { readonly force?: boolean }): string {
    return `${objectPath(resource, key, options.subresource)}${writeQuery(this.#fieldManager, options)}`
  }

  async #write(
    verb: Verb,
    resource: Resource,
    write: {
      readonly method: WireRequest['method']
      readonly path: string
      readonly contentType: string
      readonly content: unknown
      readonly options: WriteOptions
    },
  ): Promise<KubeObject> {
    this.#options.fence?.()
    const { method, path, contentType, content, options } = write
    const body = contentType === APPLY_TYPE ? encodeJsonForYaml(content) : encodeJson(content)
    const request: WireRequest = { method, path, contentType, body }
    const limits = { ...options, maxBytes: this.#options.maxEventBytes }
    return this.#object(await this.#sendWrite({ verb, resource, subresource: options.subresource }, request, limits))
  }

  async #sendWrite(
    call: Call,
    request: WireRequest,
    options: ReadLimits & Pick<WriteOptions, 'seated'>,
  ): Promise<unknown> {
    if (options.seated === true) return this.#send(call, request, options)
    const ended = this.#seats.begin()
    try {
      return await this.#send(call, request, options)
    } finally {
      ended()
    }
  }

  async #send(call: Call, request: WireRequest, options: ReadLimits): Promise<unknown> {
    const response = await this.#reported(call, () => this.#transport.exchange(request, options))
    return decodeResponse(response, this.#transport.where)
  }

  async #reported<T extends { readonly statusCode: number }>(call: Call, run: () => Promise<T>): Promise<T> {
    const { onRequest, timing } = this.#options
    if (onRequest === undefined) return run()
    const startMs = timing.monotonicMs()
    const report = (code: RequestReport['code']): void =>
      onRequest({
        verb: call.verb,
        resource: call.resource,
        subresource: call.subresource,
        code,
        durationMs: timing.monotonicMs() - startMs,
      })
    try {
      const response = await run()
      report(response.statusCode)
      return response
    } catch (error) {
      report(error instanceof TransportError ? error.kind : 'other')
      throw error
    }
  }

  #object(body: unknown): KubeObject {
    const object = asKubeObject(body)
    if (typeof object === 'string') throw this.#malformed(object)
    return object
  }

  #page(body: unknown, resource: Resource): ListPage {
    if (!isJsonObject(body)) throw this.#malformed('a list is no object')
    const { metadata } = body
    const items = body['items'] ?? []
    if (!isJsonObject(metadata) || !Array.isArray(items)) throw this.#malformed('a list lacks metadata or items')
    const { resourceVersion, continue: next } = metadata
    if (typeof resourceVersion !== 'string') throw this.#malformed('a list has no resourceVersion')
    return {
      items: items.map((item: unknown) => {
        const object = asListedObject(item, resource)
        if (typeof object === 'string') throw this.#malformed(object)
        return object
      }),
      resourceVersion,
      ...(typeof next === 'string' && next !== '' ? { continue: next } : {}),
    }
  }

  #tooMany({ plural }: Resource, mostObjects: number): TransportError {
    return transportError('too-large', this.#transport.where, { detail: `more than ${mostObjects} ${plural}` })
  }

  #malformed(detail: string): TransportError {
    return transportError('not-kubernetes', this.#transport.where, { detail })
  }
}

/** What is deleted at once is answered so, all else as the object that it is till then. */
function isSuccess(answer: unknown): boolean {
  return isJsonObject(answer) && answer['kind'] === 'Status' && answer['status'] === 'Success'
}

/** @source Kubernetes documentation, "Kubernetes API Concepts: metadata-only fetches" */
function metadataType(kind: string): string {
  return `application/json;as=${kind};g=meta.k8s.io;v=v1`
}

function deleteBody(options: DeleteOptions): JsonObject {
  const { uid, resourceVersion, propagationPolicy, gracePeriodSeconds } = options
  return {
    apiVersion: 'v1',
    kind: 'DeleteOptions',
    ...(uid === undefined && resourceVersion === undefined
      ? {}
      : {
          preconditions: {
            ...(uid === undefined ? {} : { uid }),
            ...(resourceVersion === undefined ? {} : { resourceVersion }),
          },
        }),
    ...(propagationPolicy === undefined ? {} : { propagationPolicy }),
    ...(gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds }),
  }
}
