import { Counter, Gauge, type Registry } from 'prom-client'

/** What a replica that shares members with others tells of that. */
export interface ShareState {
  /** How many replicas there are, this one among them. */
  readonly replicas: number
  /** How many members it executes for. */
  readonly members: number
  /** How often a member came to it, since the process began. */
  readonly gained: number
}

export interface ShareMetrics {
  /** @param look asked when metrics are collected. To be called once. */
  watchShare(look: () => ShareState): void
}

/** Registers what tells of sharing when somebody shares: without it there are no such series. */
export function newShareMetrics(registry: Registry): ShareMetrics {
  return { watchShare: look => register(registry, look) }
}

function register(registry: Registry, look: () => ShareState): void {
  const registers = [registry]
  const gauge = (name: string, help: string, of: 'replicas' | 'members') =>
    new Gauge({
      ...{ name, help, registers },
      collect() {
        this.set(look()[of])
      },
    })
  gauge('flotilla_replicas', 'Replicas that share members between them, as this one sees it.', 'replicas')
  gauge('flotilla_members_executed', 'Members that this replica executes for.', 'members')
  new Counter({
    ...{ name: 'flotilla_members_gained_total', help: 'Members that came to this replica.', registers },
    collect() {
      this.reset()
      this.inc(look().gained)
    },
  })
}
