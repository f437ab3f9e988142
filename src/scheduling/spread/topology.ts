import type { SchedulableCluster, SpreadConstraint } from '../placement.ts'

/** What divides clusters into groups: a field of theirs, or a label. */
export interface TopologyKey {
  /** The word for it in messages: `region`, `zone`, `provider`, or the label's key. */
  readonly name: string
  /** In messages about a cluster that has none. */
  readonly property: string
  /** @returns the group of a cluster; undefined when it is in none. */
  readonly groupOf: (cluster: SchedulableCluster) => string | undefined
}

/** A constraint on groups of clusters. */
export interface TopologyConstraint {
  readonly key: TopologyKey
  /** 1 or more. */
  readonly minGroups: number
  /** Infinity when the constraint says nothing. */
  readonly maxGroups: number
}

/** From wide to narrow: what is inside of something else is chosen after it. A cluster with several zones is in its first. */
const FIELDS: readonly TopologyKey[] = [
  { name: 'provider', property: 'provider property', groupOf: ({ spec }) => spec?.provider || undefined },
  { name: 'region', property: 'region property', groupOf: ({ spec }) => spec?.region || undefined },
  { name: 'zone', property: 'zones property', groupOf: ({ spec }) => spec?.zones?.[0] },
]

/**
 * The constraints on groups of clusters, the one on clusters themselves aside: wide ones first, labels last in their order.
 *
 * @source spec/behaviour/scheduling.md §7; docs/decisions/0019
 */
export function topologyConstraints(constraints: readonly SpreadConstraint[]): readonly TopologyConstraint[] {
  const byField = FIELDS.flatMap(key =>
    constraints.filter(({ spreadByField }) => spreadByField === key.name).map(constraint => limited(key, constraint)),
  )
  const byLabel = constraints.flatMap(constraint => {
    const { spreadByLabel: label } = constraint
    return label ? [limited(labelKey(label), constraint)] : []
  })
  return [...byField, ...byLabel]
}

/** @returns the key of a constraint; undefined for clusters themselves, and for a field that does not exist. */
export function topologyKeyOf({ spreadByField, spreadByLabel }: SpreadConstraint): TopologyKey | undefined {
  return spreadByLabel ? labelKey(spreadByLabel) : FIELDS.find(({ name }) => name === spreadByField)
}

/** At most so many groups; a constraint that says nothing, or 0, does not limit them. */
export function maxGroupsOf({ maxGroups = 0 }: SpreadConstraint): number {
  return maxGroups > 0 ? maxGroups : Number.POSITIVE_INFINITY
}

function labelKey(label: string): TopologyKey {
  return { name: label, property: `label ${label}`, groupOf: ({ metadata }) => metadata.labels?.[label] || undefined }
}

function limited(key: TopologyKey, constraint: SpreadConstraint): TopologyConstraint {
  return { key, minGroups: Math.max(1, constraint.minGroups ?? 1), maxGroups: maxGroupsOf(constraint) }
}
