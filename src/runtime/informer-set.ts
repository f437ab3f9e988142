import type { Resource } from '../api/kinds.ts'
import { formatGvk, type Gvk } from '../object/gvk.ts'
import type { KubeObject } from '../object/kube-object.ts'
import type { Change, Informer } from './informer.ts'

/** Informers of one cluster that are started when somebody first needs the kind, and shared from then on. */
export interface InformerSet {
  /** The running informer of a kind, started if need be; undefined while the cluster does not serve the kind. */
  ensure(gvk: Gvk): Promise<Informer | undefined>
  /** The informer of a kind if it already runs. */
  find(gvk: Gvk): Informer | undefined
  /** The cached object, if its kind is watched. */
  get(gvk: Gvk, key: { readonly namespace: string; readonly name: string }): KubeObject | undefined
  list(): readonly Informer[]
  /** Tells of changes in every informer of the set, also those started later. @returns removes the handler. */
  addHandler(handler: SetHandler): () => void
  /** Tells of each list or watch that fails, in every informer of the set. @returns removes the handler. */
  addFailureHandler(handler: FailureHandler): () => void
  stop(): void
}

export type SetHandler = (resource: Resource, change: Change) => void
export type FailureHandler = (resource: Resource, error: Error) => void

export interface InformerSetDeps {
  /** Discovery: the resource that serves a kind. */
  readonly resourceFor: (gvk: Gvk) => Promise<Resource | undefined>
  /** `onError` is to be called for every list and watch that fails. */
  readonly start: (resource: Resource, onError: (error: Error) => void) => Informer
}

/** @returns an empty set. Guarantees one informer per resource, however often and concurrently it is asked for. */
export function newInformerSet(deps: InformerSetDeps): InformerSet {
  const informers = new Map<string, Informer>()
  const handlers = new Set<SetHandler>()
  const failureHandlers = new Set<FailureHandler>()

  const startOnce = (gvk: Gvk, resource: Resource): Informer => {
    const running = informers.get(formatGvk(gvk))
    if (running !== undefined) return running
    const informer = deps.start(resource, error => {
      for (const handler of failureHandlers) handler(resource, error)
    })
    informers.set(formatGvk(gvk), informer)
    informer.addHandler(change => {
      for (const handler of handlers) handler(resource, change)
    })
    return informer
  }

  return {
    ensure: async gvk => {
      const running = informers.get(formatGvk(gvk))
      if (running !== undefined) return running
      const resource = await deps.resourceFor(gvk)
      return resource && startOnce(gvk, resource)
    },
    find: gvk => informers.get(formatGvk(gvk)),
    get: (gvk, key) => informers.get(formatGvk(gvk))?.get(key),
    list: () => [...informers.values()],
    addHandler: handler => {
      handlers.add(handler)
      for (const informer of informers.values()) {
        for (const object of informer.list()) handler(informer.resource, { type: 'added', object, initial: true })
      }
      return () => handlers.delete(handler)
    },
    addFailureHandler: handler => {
      failureHandlers.add(handler)
      return () => failureHandlers.delete(handler)
    },
    stop: () => {
      for (const informer of informers.values()) informer.stop()
      informers.clear()
      handlers.clear()
      failureHandlers.clear()
    },
  }
}
