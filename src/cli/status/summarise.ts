import type { AggregatedStatusItem } from '../../api/generated/resource-binding.ts'
import { findCondition } from '../../object/condition.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { formatKey } from '../../object/object-key.ts'
import type { HeldLease } from '../../runtime/held-lease.ts'
import { lastingWords } from '../../scheduling/outcome.ts'
import { explainRefusal } from '../why/refusal.ts'

/** How a template stands, the worst first. */
export const STATES = [
  'notScheduled',
  'notApplied',
  'unhealthy',
  'stale',
  'suspended',
  'pending',
  'unknown',
  'healthy',
] as const

export type TemplateState = (typeof STATES)[number]

export interface MemberLine {
  readonly name: string
  readonly ready: boolean
  readonly version: string
  readonly nodes: string
  /** Templates that have their place there. */
  readonly templates: number
  /** Why it is not ready; '' when it is. */
  readonly cause: string
}

/** Something that keeps templates from their place, and how many. */
export interface ReasonLine {
  readonly count: number
  readonly reason: string
  /** One of the templates. */
  readonly example: string
}

export interface Summary {
  readonly healthy: boolean
  /** Who leads; undefined: nobody. */
  readonly operator: HeldLease | undefined
  readonly members: readonly MemberLine[]
  readonly templates: { readonly total: number; readonly byState: Readonly<Record<TemplateState, number>> }
  readonly notScheduled: readonly ReasonLine[]
  readonly notApplied: readonly ReasonLine[]
  readonly unhealthy: readonly ReasonLine[]
}

export interface SummaryInput {
  readonly operator: HeldLease | undefined
  readonly clusters: readonly Cluster[]
  readonly bindings: readonly Binding[]
}

const MOST_REASONS = 5

/** A fleet on one page: who leads, which members are there, how many templates stand how, and what most of them wait for. */
export function summarise({ operator, clusters, bindings }: SummaryInput): Summary {
  const live = bindings.filter(({ metadata }) => metadata.deletionTimestamp === undefined)
  const states = live.map(stateOf)
  const byState = countStates(states)
  const members = clusters.map(cluster => lineOf(cluster, live)).toSorted((a, b) => (a.name < b.name ? -1 : 1))
  const inState = (state: TemplateState): readonly Binding[] => live.filter((_, index) => states[index] === state)
  const well = byState.notScheduled + byState.notApplied + byState.unhealthy === 0
  return {
    healthy: operator?.live === true && members.every(({ ready }) => ready) && well,
    operator,
    members,
    templates: { total: live.length, byState },
    notScheduled: rank(inState('notScheduled'), binding => [whyNotScheduled(binding)]),
    notApplied: rank(inState('notApplied'), whyNotApplied),
    unhealthy: rank(inState('unhealthy'), whyUnhealthy),
  }
}

const NONE: Readonly<Record<TemplateState, number>> = {
  notScheduled: 0,
  notApplied: 0,
  unhealthy: 0,
  stale: 0,
  suspended: 0,
  pending: 0,
  unknown: 0,
  healthy: 0,
}

function countStates(states: readonly TemplateState[]): Readonly<Record<TemplateState, number>> {
  return states.reduce(
    (counts, state) => {
      counts[state]++
      return counts
    },
    { ...NONE },
  )
}

function stateOf({ spec, status }: Binding): TemplateState {
  const conditions = status?.conditions
  const items = status?.aggregatedStatus ?? []
  if (findCondition(conditions, 'Scheduled')?.status === 'False') return 'notScheduled'
  if (items.some(({ appliedMessage = '' }) => appliedMessage !== '')) return 'notApplied'
  if (items.some(({ health }) => health === 'Unhealthy')) return 'unhealthy'
  if (findCondition(conditions, 'StatusStale')?.status === 'True') return 'stale'
  if (spec.suspension !== undefined && isSuspended(spec.suspension)) return 'suspended'
  if (items.length === 0 || items.some(({ applied }) => applied !== true)) return 'pending'
  return items.every(({ health }) => health === 'Healthy') ? 'healthy' : 'unknown'
}

function isSuspended({ scheduling, dispatching, dispatchingOnClusters }: NonNullable<Binding['spec']['suspension']>) {
  return scheduling === true || dispatching === true || (dispatchingOnClusters?.clusterNames ?? []).length > 0
}

function lineOf({ metadata, status }: Cluster, bindings: readonly Binding[]): MemberLine {
  const ready = findCondition(status?.conditions, 'Ready')
  const connected = findCondition(status?.conditions, 'Connected')
  const told = connected?.status === 'False' ? connected : ready
  const isReady = ready?.status === 'True' && connected?.status !== 'False'
  const nodes = status?.nodeSummary
  return {
    name: metadata.name,
    ready: isReady,
    version: status?.kubernetesVersion ?? '',
    nodes: nodes === undefined ? '-' : `${nodes.readyNum ?? 0}/${nodes.totalNum ?? 0}`,
    templates: bindings.filter(({ spec }) => spec.clusters?.some(({ name }) => name === metadata.name)).length,
    cause: isReady ? '' : told === undefined ? 'nobody has looked at it yet' : `${told.reason}: ${told.message}`,
  }
}

function whyNotScheduled({ status }: Binding): string {
  const scheduled = findCondition(status?.conditions, 'Scheduled')
  return scheduled === undefined ? '' : `${scheduled.reason}: ${lastingWords(scheduled)}`
}

function whyNotApplied({ status }: Binding): readonly string[] {
  return itemsOf(status?.aggregatedStatus, ({ appliedMessage = '' }) => appliedMessage !== '').map(item => {
    const { code, words } = explainRefusal(item.appliedMessage ?? '')
    return `${code}: ${item.clusterName} ${words}`
  })
}

function whyUnhealthy({ status }: Binding): readonly string[] {
  const items = itemsOf(status?.aggregatedStatus, ({ health }) => health === 'Unhealthy')
  return items.map(({ clusterName }) => `Unhealthy: in ${clusterName}`)
}

function itemsOf(
  items: readonly AggregatedStatusItem[] | undefined,
  takes: (item: AggregatedStatusItem) => boolean,
): readonly AggregatedStatusItem[] {
  return (items ?? []).filter(takes)
}

/** The most frequent reasons. */
function rank(bindings: readonly Binding[], reasonsOf: (binding: Binding) => readonly string[]): readonly ReasonLine[] {
  const told = bindings.flatMap(binding => reasonsOf(binding).map(reason => ({ reason, binding })))
  return [...Map.groupBy(told, ({ reason }) => reason)]
    .map(([reason, group]) => ({ count: group.length, reason, example: nameOf(group[0]?.binding) }))
    .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1))
    .slice(0, MOST_REASONS)
}

function nameOf(binding: Binding | undefined): string {
  if (binding === undefined) return ''
  const { kind, namespace = '', name } = binding.spec.resource
  return `${kind} ${formatKey({ namespace, name })}`
}
