import { clusterOfExecutionNamespace } from '../../api/names.ts'
import { expectedClusters } from '../../interpreter/aggregated-status.ts'
import { foundIn } from '../../kube/look.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { decisionOf } from './decision.ts'
import { type MemberSight, memberState } from './find-member.ts'
import type { Observed } from './observed.ts'

/** One line of the table of clusters. */
export interface MemberRow {
  readonly cluster: string
  /** `target`: it is to have the object. `leaving`: it is being evicted. `unfit`, `fit`: the scheduler's verdict. */
  readonly verdict: 'target' | 'leaving' | 'fit' | 'unfit'
  readonly replicas: number | undefined
  /** Of the Work: whether the member has what is declared. */
  readonly applied: 'yes' | 'no' | 'waits' | 'suspended' | '-'
  readonly health: string
  readonly reason: string
}

/** The members that a binding sends its object to, with what is known of each, by name. */
export function sightsOf(observed: Observed, binding: Binding): readonly MemberSight[] {
  const works = new Map(
    (foundIn(observed.works) ?? []).map(work => [clusterOfExecutionNamespace(work.metadata.namespace ?? ''), work]),
  )
  const clusters = foundIn(observed.clusters)
  return [...expectedClusters(binding)].toSorted().map(name => ({
    name,
    cluster: clusters?.find(({ metadata }) => metadata.name === name),
    clustersRead: clusters !== undefined,
    work: works.get(name),
    evicting: (binding.spec.gracefulEvictionTasks ?? []).some(task => task.fromCluster === name),
  }))
}

/** Every cluster that there is or that the decision names: targets first, then the others, each by name. */
export function rowsOf(observed: Observed, binding: Binding | undefined): readonly MemberRow[] {
  const sights = binding === undefined ? [] : sightsOf(observed, binding)
  const named = new Set(sights.map(({ name }) => name))
  const decided = binding === undefined ? [] : (decisionOf(binding)?.clusters ?? [])
  const others = decided
    .filter(({ name }) => !named.has(name))
    .map(({ name, rejected, note }): MemberRow => {
      const reasons = Object.values(rejected)
      const verdict = reasons.length > 0 ? 'unfit' : 'fit'
      const reason = reasons.length > 0 ? reasons.join('; ') : note
      return { cluster: name, verdict, replicas: undefined, applied: '-', health: '-', reason }
    })
  return [...sights.map(sight => rowOf(binding, sight)), ...others]
}

function rowOf(binding: Binding | undefined, sight: MemberSight): MemberRow {
  const target = binding?.spec.clusters?.find(({ name }) => name === sight.name)
  const { applied, health, reason } = memberState(sight)
  const verdict = sight.evicting && target === undefined ? 'leaving' : 'target'
  return { cluster: sight.name, verdict, replicas: target?.replicas, applied, health, reason }
}
