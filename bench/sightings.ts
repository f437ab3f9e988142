import type { Resource } from '../src/api/kinds.ts'
import type { Client, WatchEvent } from '../src/kube/client.ts'
import type { KubeObject } from '../src/object/kube-object.ts'

type ObjectEvent = Extract<WatchEvent, { readonly object: unknown }>

export interface SightingOptions {
  readonly client: Client
  readonly resource: Resource
  readonly namespace: string
  /** The name under which this state of an object counts; undefined when it does not count (yet). */
  readonly nameOf: (object: KubeObject) => string | undefined
}

/** When objects were first seen in a wanted state. Times are of `performance.now()`, in milliseconds. */
export interface Sightings {
  /** Resolves with the time of the first sighting. @throws when that takes longer than five minutes or the watch fails. */
  until(name: string): Promise<number>
  stop(): void
}

const LIMIT_MS = 300_000
/** Longer than any measurement. */
const WATCH_SECONDS = 7_200

/** Opens a watch and notes the first time each name is seen. Resolves when nothing can be missed any more. */
export async function watchSightings(options: SightingOptions): Promise<Sightings> {
  const { client, resource, namespace, nameOf } = options
  const abort = new AbortController()
  const firstSeenMs = new Map<string, number>()
  const waiting = new Map<string, (atMs: number) => void>()
  const look = (object: KubeObject): void => {
    const name = nameOf(object)
    if (name === undefined || firstSeenMs.has(name)) return
    const atMs = performance.now()
    firstSeenMs.set(name, atMs)
    waiting.get(name)?.(atMs)
  }
  const { items, resourceVersion } = await client.list(resource, { namespace })
  items.forEach(look)
  const ended = follow({ ...options, resourceVersion, signal: abort.signal }, ({ type, object }) => {
    if (type !== 'DELETED') look(object)
  })
  // Who waits gets it through the race; without one it must not end the process.
  ended.catch(() => undefined)
  return {
    until: name => {
      const atMs = firstSeenMs.get(name)
      if (atMs !== undefined) return Promise.resolve(atMs)
      const seen = new Promise<number>(resolve => waiting.set(name, resolve))
      return Promise.race([seen, ended, tooLong(`${client.name}: ${resource.kind} ${namespace}/${name}`)])
    },
    stop: () => abort.abort(),
  }
}

interface Following extends Pick<SightingOptions, 'client' | 'resource' | 'namespace'> {
  readonly resourceVersion: string
  readonly signal: AbortSignal
}

/** An apiserver ends the watch of a reader that is too slow for it, which this busy process may be: it goes on from there. */
export async function follow(options: Following, tell: (event: ObjectEvent) => void): Promise<never> {
  const { client, resource, namespace, signal } = options
  let { resourceVersion } = options
  for (;;) {
    const from = { resourceVersion, signal, timeoutSeconds: WATCH_SECONDS }
    for await (const event of client.watch(resource, { namespace }, from)) {
      if (!('object' in event)) continue
      resourceVersion = event.object.metadata.resourceVersion ?? resourceVersion
      tell(event)
    }
    signal.throwIfAborted()
  }
}

export function tooLong(what: string): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`${what}: not seen within ${LIMIT_MS} ms`)), LIMIT_MS).unref()
  })
}
