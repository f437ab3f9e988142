import { formatResource, type Resource } from '../api/kinds.ts'
import { LABEL } from '../api/names.ts'
import { missingRight } from '../kube/missing-right.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type InformerDeps, MOST_MEMBER_OBJECTS, newInformer, type RunningInformer } from '../runtime/informer.ts'
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

export interface ManagedInformersDeps extends InformerDeps {
  /** What an object was made from, when it is cached: they share what is equal (informer.ts, `akin`). */
  readonly sentAs?: (object: ManagedObject) => KubeObject | undefined
}

/** @returns a set without informers. */
export function newManagedInformers(deps: ManagedInformersDeps): ManagedInformers {
  const informers = new Map<string, RunningInformer<ManagedObject>>()
  const handlers = new Set<ManagedChangeHandler>()
  let stopped = false

  const start = (resource: Resource): RunningInformer<ManagedObject> => {
    const informer = newInformer<ManagedObject>(deps, {
      resource,
      query: { labelSelector: `${LABEL.managed}=true` },
      project: projectManagedObject,
      mostObjects: MOST_MEMBER_OBJECTS,
      ...(deps.sentAs && { akin: deps.sentAs }),
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
