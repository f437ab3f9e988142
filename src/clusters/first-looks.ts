import { findCondition, isConditionTrue } from '../object/condition.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import type { Clock } from '../runtime/clock.ts'
import type { Informer } from '../runtime/informer.ts'
import { automaticTaints } from './registration/taints.ts'

/**
 * What Clusters say when the operator starts may be old: nobody looked while there was no operator. Nothing is placed or moved
 * before each cluster that claims to be ready, or is to be emptied, was looked at once, and has the taints that follow.
 */
export interface FirstLooks {
  /** A cluster was looked at by this process, and its Cluster says what was seen. @returns whether it is the first time. */
  looked(name: string): boolean
  wasLookedAt(name: string): boolean
  /** Resolves when all have been looked at, after `limitMs`, or when `signal` aborts. Never rejects. */
  wait(limitMs: number, signal: AbortSignal): Promise<void>
}

type ClusterCache = Pick<Informer<Cluster>, 'get' | 'list' | 'addHandler'>

/**
 * @param clusters synced: those that are ready now, or have a taint that moves what is there, are waited for, and so are the taints
 * of one that was looked at before this was called, and is seen to be down.
 */
export function newFirstLooks(clusters: ClusterCache, clock: Clock): FirstLooks {
  const claimed = clusters.list().filter(matters)
  const untainted = clusters
    .list()
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined && !isTainted(clusters, metadata.name))
  const seen = new Set<string>()
  const waiting = new Set(claimed.map(({ metadata }) => metadata.name))
  const ended = Promise.withResolvers<void>()
  const check = (): void => {
    const tainted = [...claimed, ...untainted].every(({ metadata }) => isTainted(clusters, metadata.name))
    if (waiting.size === 0 && tainted) ended.resolve()
  }
  const pass = (name: string): void => {
    waiting.delete(name)
    check()
  }
  return {
    looked: name => {
      const isFirst = !seen.has(name)
      seen.add(name)
      pass(name)
      return isFirst
    },
    wasLookedAt: name => seen.has(name),
    wait: async (limitMs, signal) => {
      const cancel = clock.after(limitMs, ended.resolve)
      signal.addEventListener('abort', () => ended.resolve(), { once: true })
      const removeHandler = clusters.addHandler(({ type, object }) => {
        if (type === 'deleted') pass(object.metadata.name)
        else check()
      })
      check()
      await ended.promise
      cancel()
      removeHandler()
    },
  }
}

/** By what it says something would be placed there, or moved away. */
function matters({ spec, status }: Cluster): boolean {
  const isEmptied = spec.taints?.some(({ effect }) => effect === 'NoExecute') === true
  return isEmptied || isConditionTrue(status?.conditions, 'Ready')
}

/** Whether the taints are those of the condition; those of a cluster that is gone are. */
function isTainted(clusters: ClusterCache, name: string): boolean {
  const cluster = clusters.get({ namespace: '', name })
  if (cluster === undefined) return true
  const taints = cluster.spec.taints ?? []
  return automaticTaints(taints, findCondition(cluster.status?.conditions, 'Ready')?.status, '') === taints
}
