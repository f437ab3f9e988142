import { formatResource, type Resource } from '../api/kinds.ts'
import { LABEL } from '../api/names.ts'
import { missingRight } from '../kube/missing-right.ts'
import { type InformerDeps, newInformer, type RunningInformer } from '../runtime/informer.ts'
import type { ManagedChangeHandler, WatchRefusal } from './member.ts'
import { type ManagedObject, projectManagedObject } from './project-managed-object.ts'

/** The watch caches of what we manage in one member: one for each resource, shared. */
export interface ManagedInformers {
  /** The informer of a resource, started when it is first asked for. */
  ensure(resource: Resource): RunningInformer<ManagedObject>
  /** Tells of changes in all informers, also later ones; what is cached already comes as added. @returns removes it. */
  addHandler(handler: ManagedChangeHandler): () => void
  /** What of them may not be listed or watched, by their last tries. */
  refusals(): readonly WatchRefusal[]
  stop(): void
}

/** @returns a set without informers. */
export function newManagedInformers(deps: InformerDeps): ManagedInformers {
  const informers = new Map<string, RunningInformer<ManagedObject>>()
  const handlers = new Set<ManagedChangeHandler>()
  let stopped = false

  const start = (resource: Resource): RunningInformer<ManagedObject> => {
    const informer = newInformer<ManagedObject>(deps, {
      resource,
      query: { labelSelector: `${LABEL.managed}=true` },
      project: projectManagedObject,
    })
    informer.addHandler(change => {
      for (const handler of handlers) handler(resource, change)
    })
    // Whoever still holds the member of a replaced connection gets a cache that stays empty.
    if (stopped) informer.stop()
    return informer
  }

  return {
    ensure: resource => {
      const key = formatResource(resource)
      const informer = informers.get(key) ?? start(resource)
      informers.set(key, informer)
      return informer
    },
    addHandler: handler => {
      handlers.add(handler)
      for (const informer of informers.values()) {
        for (const object of informer.list()) handler(informer.resource, { type: 'added', object, initial: true })
      }
      return () => handlers.delete(handler)
    },
    refusals: () =>
      [...informers.values()].flatMap(({ resource, lastError }) => {
        const right = missingRight(lastError)
        return right === undefined ? [] : [{ resource, right }]
      }),
    stop: () => {
      stopped = true
      for (const informer of informers.values()) informer.stop()
    },
  }
}
