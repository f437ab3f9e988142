import { ANNOTATION } from '../api/names.ts'
import type { Binding, Cluster } from '../object/karmada-objects.ts'
import { taintedSince } from '../policy/no-execute.ts'
import type { EvictionHalt } from '../rendering/eviction-halt.ts'
import { standingTaints } from './standing-taints.ts'

/** When evictions stop and wait for somebody to confirm them (docs/reference/failover.md). */
export interface BrakeSettings {
  /** Of all clusters: more than this share tainted at once stops it. */
  readonly clusterShare: number
  /** Of one workload's replicas. */
  readonly replicaShare: number
  /** So many clusters at least: what one alone suffers is what failover is for. */
  readonly minClusters: number
  /** NoExecute taints that were added at most so many seconds apart came at once. */
  readonly windowSeconds: number
}

/** A cluster that workloads have to leave. */
export interface TaintedCluster {
  readonly name: string
  /** As it stands on the taint. */
  readonly since: string
  /** Somebody confirmed this very incident. */
  readonly confirmed: boolean
}

/** The clusters with a NoExecute taint, by name. */
export function taintedClusters(clusters: readonly Cluster[]): ReadonlyMap<string, TaintedCluster> {
  return new Map(
    clusters.flatMap((cluster): readonly (readonly [string, TaintedCluster])[] => {
      const { metadata } = cluster
      const since = taintedSince(standingTaints(cluster))
      if (since === undefined) return []
      const confirmed = isSameTime(metadata.annotations?.[ANNOTATION.confirmEviction], since)
      return [[metadata.name, { name: metadata.name, since, confirmed }]]
    }),
  )
}

function isSameTime(text: string | undefined, since: string): boolean {
  return text !== undefined && Date.parse(text) === Date.parse(since)
}

export interface Fleet {
  readonly tainted: ReadonlyMap<string, TaintedCluster>
  /** Clusters in all; one that is being deleted does not count. */
  readonly total: number
}

export function fleetOf(clusters: readonly Cluster[]): Fleet {
  const staying = clusters.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  return { tainted: taintedClusters(staying), total: staying.length }
}

/**
 * Whether too many clusters were tainted together with this one, so that nothing may leave it.
 *
 * @returns undefined when it may, or when somebody has confirmed it.
 */
export function haltOfCluster(cluster: string, fleet: Fleet, settings: BrakeSettings): EvictionHalt | undefined {
  const own = fleet.tainted.get(cluster)
  if (own === undefined || own.confirmed) return undefined
  const together = [...fleet.tainted.values()].filter(other => isTogether(own, other, settings))
  if (together.length < settings.minClusters || together.length <= settings.clusterShare * fleet.total) return undefined
  const what = `${together.length} of ${fleet.total} clusters were tainted NoExecute within ${settings.windowSeconds} s: ${namesOf(together)}`
  return { reason: 'TooManyClusters', message: `${what}. Nothing leaves them. ${howToConfirm([own])}` }
}

/** A workload's replicas in a cluster that it has to leave, or has left for a taint that still stands. */
export interface LeavingReplicas {
  readonly cluster: string
  readonly replicas: number
}

export interface ReplicaBrakeInput {
  readonly spec: Pick<Binding['spec'], 'replicas' | 'clusters'>
  /** All that the workload has to leave, now or once it is tolerated no longer, and what it left in the same incident. */
  readonly leaving: readonly LeavingReplicas[]
  readonly fleet: Fleet
}

/**
 * Whether a workload would lose too large a share of its replicas at once by leaving a cluster.
 *
 * @returns undefined when it may leave, or when somebody has confirmed it.
 */
export function haltOfReplicas(
  cluster: string,
  { spec, leaving, fleet }: ReplicaBrakeInput,
  settings: BrakeSettings,
): EvictionHalt | undefined {
  const own = fleet.tainted.get(cluster)
  if (own === undefined || own.confirmed) return undefined
  const together = leaving.filter(({ cluster: name }) => {
    const other = fleet.tainted.get(name)
    return other !== undefined && isTogether(own, other, settings)
  })
  const lost = lostShare(spec, together)
  if (together.length < settings.minClusters || lost <= settings.replicaShare) return undefined
  const tainted = together.flatMap(each => fleet.tainted.get(each.cluster) ?? [])
  const what = `${Math.round(lost * 100)} % of its replicas are in clusters that were tainted NoExecute within ${settings.windowSeconds} s: ${namesOf(tainted)}`
  return { reason: 'TooManyReplicas', message: `${what}. They stay there. ${howToConfirm([own])}` }
}

/** @returns 0 to 1: of replicas where there are any; else, and where each cluster has all of them, of copies. */
export function lostShare(
  { replicas = 0, clusters = [] }: Pick<Binding['spec'], 'replicas' | 'clusters'>,
  leaving: readonly LeavingReplicas[],
): number {
  const names = new Set([...clusters.map(({ name }) => name), ...leaving.map(({ cluster }) => cluster)])
  const isWhole = replicas === 0 || leaving.every(each => each.replicas >= replicas)
  if (isWhole) return names.size === 0 ? 0 : leaving.length / names.size
  // What moved from one of them to another one is in both.
  return Math.min(1, leaving.reduce((sum, each) => sum + each.replicas, 0) / replicas)
}

function isTogether(a: TaintedCluster, b: TaintedCluster, { windowSeconds }: BrakeSettings): boolean {
  return Math.abs(Date.parse(a.since) - Date.parse(b.since)) <= windowSeconds * 1000
}

const MOST_NAMED = 5

function namesOf(clusters: readonly TaintedCluster[]): string {
  const names = clusters.map(({ name }) => name).toSorted()
  const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : ''
  return `${names.slice(0, MOST_NAMED).join(', ')}${more}`
}

function howToConfirm(clusters: readonly TaintedCluster[]): string {
  const commands = clusters.map(
    ({ name, since }) => `kubectl annotate --overwrite cluster ${name} ${ANNOTATION.confirmEviction}=${since}`,
  )
  return `To move the workloads all the same: ${commands.join('; ')}`
}
