import type { Resource } from '../api/kinds.ts'
import { formatApiVersion, type Gvk } from '../object/gvk.ts'
import { isJsonObject } from '../object/raw-json.ts'
import type { Client, RequestOptions } from './client.ts'
import {
  isAggregated,
  readAggregated,
  readResourceList,
  readVersionNames,
  type ServedApis,
  type ServedVersion,
} from './served-apis.ts'
import { isNotFound, TransportError } from './status-error.ts'
import { systemTiming, type Timing } from './timing.ts'

const AGGREGATED = ['v2', 'v2beta1'].map(
  version => `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
)
const ACCEPT = [...AGGREGATED, 'application/json'].join(',')
/** A kind that was not served is not asked for again sooner. */
const MISS_TTL_MS = 2_000
const MAX_LEGACY_VERSIONS = 500
/** What the API machinery takes for a group, which is a DNS subdomain, and for a version, which is a DNS label. */
const GROUP = /^(?:[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*)?$/
const VERSION = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?$/
const MAX_NAME = 253
const LEGACY_CONCURRENCY = 8

/** All that a server serves. */
export interface ApiEnablements {
  /** Sorted by groupVersion, resources by name; subresources left out. */
  readonly groupVersions: readonly {
    readonly groupVersion: string
    readonly resources: readonly { readonly name: string; readonly kind: string }[]
  }[]
  readonly state: 'complete' | 'partial' | 'empty'
  readonly complete: boolean
  /** What is missing, in words; empty when complete. */
  readonly errors: readonly string[]
}

export interface ServerVersion {
  /** e.g. v1.36.3 */
  readonly gitVersion: string
  readonly major: string
  readonly minor: string
}

/** Which kinds a server serves, and under which names. What a server says is checked: it may be anything. */
export interface Discovery {
  /**
   * The resource of a kind; undefined when it is not served, or can't be listed and watched. Cached; a miss asks the server again, at most every two seconds.
   *
   * @throws StatusError, TransportError when the server cannot be asked.
   */
  resourceFor(gvk: Gvk, options?: RequestOptions): Promise<Resource | undefined>
  /**
   * Everything that is served, asked for now; costs little when nothing changed. `timeoutMs` holds for the whole.
   *
   * @throws StatusError, TransportError when nothing could be read at all.
   * @source spec/behaviour/clusters.md §2 rule 5
   */
  readAll(options?: RequestOptions): Promise<ApiEnablements>
  /** @throws StatusError, TransportError */
  serverVersion(options?: RequestOptions): Promise<ServerVersion>
  /** Forgets everything cached: after a write said that a resource is not there. */
  invalidate(): void
}

/** Discovery of the server behind `client`. */
export function newDiscovery(
  client: Pick<Client, 'request' | 'readDocument'>,
  options: { readonly timing?: Timing } = {},
): Discovery {
  return new CachedDiscovery(client, options.timing ?? systemTiming)
}

/** Whoever writes an `apiVersion` writes anything: what no server can serve is not asked for, and leads to no other path. */
function isNameable({ group, version }: Gvk): boolean {
  return group.length <= MAX_NAME && version.length <= MAX_NAME && GROUP.test(group) && VERSION.test(version)
}

interface CachedVersion {
  readonly byKind: ReadonlyMap<string, Resource>
  readonly readAtMs: number
}

interface CachedDocument {
  readonly etag: string
  readonly document: unknown
}

class CachedDiscovery implements Discovery {
  readonly #client: Pick<Client, 'request' | 'readDocument'>
  readonly #timing: Timing
  readonly #versions = new Map<string, CachedVersion>()
  readonly #reading = new Map<string, Promise<CachedVersion>>()
  readonly #documents = new Map<string, CachedDocument>()
  #last: { readonly documents: readonly unknown[]; readonly enablements: ApiEnablements } | undefined

  constructor(client: Pick<Client, 'request' | 'readDocument'>, timing: Timing) {
    this.#client = client
    this.#timing = timing
  }

  async resourceFor(gvk: Gvk, options: RequestOptions = {}): Promise<Resource | undefined> {
    if (!isNameable(gvk)) return undefined
    const groupVersion = formatApiVersion(gvk)
    const cached = this.#versions.get(groupVersion)
    const known = cached?.byKind.get(gvk.kind)
    if (known !== undefined) return known
    if (cached !== undefined && this.#timing.monotonicMs() - cached.readAtMs < MISS_TTL_MS) return undefined
    const read = this.#reading.get(groupVersion) ?? this.#refresh(gvk, options)
    return (await read).byKind.get(gvk.kind)
  }

  async readAll(options: RequestOptions = {}): Promise<ApiEnablements> {
    const limited = withOverallLimit(options)
    const documents = await Promise.all([this.#document('/api', limited), this.#document('/apis', limited)])
    const last = this.#last
    if (last !== undefined && documents.every((document, index) => document === last.documents[index])) {
      return last.enablements
    }
    const parts = await Promise.all(documents.map(document => this.#readDocument(document, limited)))
    const apis = { versions: parts.flatMap(part => part.versions), errors: parts.flatMap(part => part.errors) }
    const enablements = summarise(apis)
    this.#remember(apis)
    if (documents.every(isAggregated)) this.#last = { documents, enablements }
    return enablements
  }

  async serverVersion(options: RequestOptions = {}): Promise<ServerVersion> {
    const version = await this.#client.request('GET', '/version', undefined, options)
    const text = (field: string): string => {
      const value = isJsonObject(version) ? version[field] : undefined
      if (typeof value !== 'string' || value.length > 128) {
        throw new TransportError('not-kubernetes', `what it serves at /version has no ${field}`)
      }
      return value
    }
    return { gitVersion: text('gitVersion'), major: text('major'), minor: text('minor') }
  }

  invalidate(): void {
    this.#versions.clear()
    this.#reading.clear()
    this.#documents.clear()
    this.#last = undefined
  }

  #refresh(gv: { readonly group: string; readonly version: string }, options: RequestOptions): Promise<CachedVersion> {
    const groupVersion = formatApiVersion(gv)
    // The answer serves all who ask meanwhile: one caller's signal must not end it for the others.
    const { signal: _, ...shared } = options
    const reading = this.#readVersion(gv, shared)
      .then(served => this.#store(served))
      .finally(() => {
        if (this.#reading.get(groupVersion) === reading) this.#reading.delete(groupVersion)
      })
    this.#reading.set(groupVersion, reading)
    return reading
  }

  async #readVersion(
    gv: { readonly group: string; readonly version: string },
    options: RequestOptions,
  ): Promise<ServedVersion> {
    try {
      const document = await this.#client.request('GET', versionPath(gv), undefined, options)
      const served = readResourceList(document, gv)
      if (served !== undefined) return served
      throw new TransportError('not-kubernetes', `what it serves at ${versionPath(gv)} is no list of resources`)
    } catch (error) {
      if (isNotFound(error)) return { ...gv, resources: [], unwatchable: new Set() }
      throw error
    }
  }

  #store(served: ServedVersion): CachedVersion {
    const byKind = new Map<string, Resource>()
    for (const resource of served.resources) {
      if (!byKind.has(resource.kind) && !served.unwatchable.has(resource.plural)) byKind.set(resource.kind, resource)
    }
    const cached = { byKind, readAtMs: this.#timing.monotonicMs() }
    this.#versions.set(formatApiVersion(served), cached)
    return cached
  }

  /** A complete answer replaces what was known; a partial one only adds. */
  #remember(apis: ServedApis): void {
    if (apis.errors.length === 0) this.#versions.clear()
    for (const served of apis.versions) this.#store(served)
  }

  async #document(path: '/api' | '/apis', options: RequestOptions): Promise<unknown> {
    const known = this.#documents.get(path)
    const etag = known === undefined ? {} : { etag: known.etag }
    const answer = await this.#client.readDocument(path, { ...options, ...etag, accept: ACCEPT })
    if (answer === 'unchanged') return known?.document
    if (answer.etag !== undefined) this.#documents.set(path, { etag: answer.etag, document: answer.document })
    return answer.document
  }

  async #readDocument(document: unknown, options: RequestOptions): Promise<ServedApis> {
    if (isAggregated(document)) return readAggregated(document)
    const names = readVersionNames(document)
    if (names === undefined) return { versions: [], errors: ['a discovery document is of no known kind'] }
    const kept = names.slice(0, MAX_LEGACY_VERSIONS)
    const errors = kept.length < names.length ? ['more is served than is taken in'] : []
    const versions = await this.#readVersions(kept, { errors, options })
    return { versions, errors }
  }

  /** Older servers: one request a version, a few at a time. A version that fails is an error of its own. */
  async #readVersions(
    names: readonly { readonly group: string; readonly version: string }[],
    { errors, options }: { readonly errors: string[]; readonly options: RequestOptions },
  ): Promise<readonly ServedVersion[]> {
    const versions: ServedVersion[] = []
    const queue = names.values()
    const work = async (): Promise<void> => {
      for (const name of queue) {
        try {
          versions.push(await this.#readVersion(name, options))
        } catch (error) {
          errors.push(`${formatApiVersion(name)}: ${error instanceof Error ? error.message : 'failed'}`)
        }
      }
    }
    await Promise.all(Array.from({ length: LEGACY_CONCURRENCY }, work))
    return versions
  }
}

function summarise({ versions, errors }: ServedApis): ApiEnablements {
  const groupVersions = versions
    .map(served => ({
      groupVersion: formatApiVersion(served),
      resources: served.resources
        .map(({ plural, kind }) => ({ name: plural, kind }))
        .sort((a, b) => compare(a.name, b.name)),
    }))
    .sort((a, b) => compare(a.groupVersion, b.groupVersion))
  const complete = errors.length === 0 && groupVersions.length > 0
  const state = groupVersions.length === 0 ? 'empty' : complete ? 'complete' : 'partial'
  return { groupVersions, state, complete, errors }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function versionPath({ group, version }: { readonly group: string; readonly version: string }): string {
  return group === '' ? `/api/${version}` : `/apis/${group}/${version}`
}

function withOverallLimit(options: RequestOptions): RequestOptions {
  if (options.timeoutMs === undefined) return options
  const limit = AbortSignal.timeout(options.timeoutMs)
  return { ...options, signal: options.signal === undefined ? limit : AbortSignal.any([options.signal, limit]) }
}
