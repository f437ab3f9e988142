import { WORK } from './api/kinds.ts'
import { isNotFound } from './kube/status-error.ts'
import { newReplica, type Replica, type ReplicaDeps } from './replica.ts'
import { sleep } from './runtime/clock.ts'
import { toError } from './runtime/failure.ts'
import type { ProcessIdentity } from './runtime/process-identity.ts'
import type { ShareMetrics } from './runtime/share-metrics.ts'
import { type Membership, newMembership } from './shards/replica-group.ts'

export interface SharingDeps extends Omit<ReplicaDeps, 'share' | 'fence' | 'onFirstLook'> {
  readonly metrics: ReplicaDeps['metrics'] & ShareMetrics
  /** As it takes part in the election of a leader. */
  readonly who: ProcessIdentity
  /** Others may have taken over: this process is to end. */
  readonly onLost: (reason: string) => void
}

/** A replica that shares members with others. */
export interface Sharing {
  /** Begins what it does for members; once, however often it is called. The host has to serve the API. */
  begin(): Replica
  /** Waits for the API, fills its caches, and joins the others. @throws the signal's reason. */
  join(signal: AbortSignal): Promise<void>
  /** Why it does not take part yet. */
  unready(): string | undefined
  /** Lets go of everything, then tells the others. */
  stop(): Promise<void>
}

const API_RETRY_MS = 1000
/** Clusters that are looked at soon after each other are told of together. */
const TOLD_AFTER_MS = 100

export function newSharing(deps: SharingDeps): Sharing {
  const { clock, configuration, host: client, log, metrics } = deps
  const { leaseName, ...times } = configuration.leaderElection
  let replica: Replica | undefined
  let isTold = true
  let hasJoined = false
  const clusters = (): readonly string[] =>
    replica?.informers.clusters.list().map(({ metadata: { name } }) => name) ?? []
  const membership: Membership = newMembership(
    { client, clock, log },
    {
      ...times,
      group: { namespace: configuration.namespace, leaseName, leaseDurationMs: times.leaseDurationMs },
      who: deps.who,
      clusters,
      lookedAt: () => replica?.lookedAt() ?? [],
      onLookElsewhere: cluster => replica?.looks.looked(cluster),
      retire: async () => replica?.retire(),
      onLost: deps.onLost,
    },
  )
  metrics.watchShare(() => {
    const { replicas, gained } = membership
    return { replicas, gained, members: clusters().filter(membership.owns).length }
  })
  const onFirstLook = (): void => {
    if (!isTold) return
    isTold = false
    clock.after(TOLD_AFTER_MS, () => {
      isTold = true
      membership.refresh()
    })
  }
  const begin = (): Replica => {
    replica ??= newReplica({ ...deps, share: membership, fence: cluster => membership.fence(cluster), onFirstLook })
    return replica
  }
  return {
    begin,
    join: async signal => {
      await awaitApi(deps, signal)
      await begin().run(signal)
      await membership.join(signal)
      hasJoined = true
    },
    unready: () => (hasJoined ? undefined : 'waiting to join the other replicas'),
    stop: async () => {
      membership.freeze()
      await replica?.stop()
      await membership.leave()
    },
  }
}

/** On a host that nobody has led before, the leader registers it first. */
async function awaitApi({ host, clock, log }: SharingDeps, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      await host.listPage(WORK, { limit: 1 }, { signal })
      return
    } catch (error) {
      signal.throwIfAborted()
      if (isNotFound(error)) log.debug('the host does not serve the API yet')
      else log.warn('the host cannot be read yet', { error: toError(error) })
      await sleep(clock, API_RETRY_MS, signal)
    }
  }
}
