import type { MissingRight } from '../kube/missing-right.ts'
import { deepEqual } from '../object/equality.ts'

/** What our identities in the members may not do, by who met it. */
export interface MissingRights {
  /** Replaces what one source met in a cluster, e.g. a Work or a watch; nothing when it was allowed all. */
  note(cluster: string, source: string, rights: readonly MissingRight[]): void
  /** All that is missing in a cluster. */
  of(cluster: string): readonly MissingRight[]
  /** Whether anything was missing there since the process began. */
  wasNoted(cluster: string): boolean
  forget(cluster: string): void
  /** Tells of clusters for which something changed. @returns removes the handler. */
  addHandler(handler: (cluster: string) => void): () => void
}

/** @returns a record in which nothing is missing. */
export function newMissingRights(): MissingRights {
  const clusters = new Map<string, Map<string, readonly MissingRight[]>>()
  const noted = new Set<string>()
  const handlers = new Set<(cluster: string) => void>()
  return {
    note: (cluster, source, rights) => {
      const sources = clusters.get(cluster) ?? new Map<string, readonly MissingRight[]>()
      if (deepEqual(sources.get(source) ?? [], rights)) return
      if (rights.length > 0) {
        clusters.set(cluster, sources.set(source, rights))
        noted.add(cluster)
      } else if (sources.delete(source) && sources.size === 0) clusters.delete(cluster)
      for (const handler of handlers) handler(cluster)
    },
    of: cluster => [...(clusters.get(cluster)?.values() ?? [])].flat(),
    wasNoted: cluster => noted.has(cluster),
    forget: cluster => {
      clusters.delete(cluster)
      noted.delete(cluster)
    },
    addHandler: handler => {
      handlers.add(handler)
      return () => handlers.delete(handler)
    },
  }
}
