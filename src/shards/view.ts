import { createHash } from 'node:crypto'

/** Some replicas, and who of them executes for which cluster. */
export interface View {
  readonly replicas: readonly string[]
  /** Tells two views apart; the same for the same replicas, whoever looks. */
  readonly id: string
  /** Rendezvous hashing: a replica that comes or goes moves only what becomes its own, or was. */
  ownerOf(cluster: string): string | undefined
}

/** @param replicas in any order. */
export function newView(replicas: readonly string[]): View {
  const sorted = [...replicas].sort()
  const owners = new Map<string, string | undefined>()
  return {
    replicas: sorted,
    id: createHash('sha256').update(JSON.stringify(sorted)).digest('hex').slice(0, 16),
    ownerOf: cluster => {
      if (!owners.has(cluster)) owners.set(cluster, highest(sorted, cluster))
      return owners.get(cluster)
    },
  }
}

function highest(replicas: readonly string[], cluster: string): string | undefined {
  const scores = replicas.map(replica => ({ replica, score: scoreOf(replica, cluster) }))
  const [first, ...rest] = scores
  return rest.reduce((best, each) => (each.score > (best?.score ?? -1) ? each : best), first)?.replica
}

/** 48 bits: that two are equal is no matter of practice, and even then the first by name wins everywhere. */
function scoreOf(replica: string, cluster: string): number {
  return createHash('sha256').update(`${replica}\n${cluster}`).digest().readUIntBE(0, 6)
}
