import { type LabelSelector, labelMatcher, matchesExpressions, type SelectorRequirement } from '../object/selector.ts'

/** ClusterAffinity of a placement, of a static weight, or `targetCluster` of an override rule. */
export interface ClusterAffinity {
  readonly labelSelector?: LabelSelector
  readonly fieldSelector?: { readonly matchExpressions?: readonly SelectorRequirement[] }
  readonly clusterNames?: readonly string[]
  readonly exclude?: readonly string[]
}

/** What an affinity looks at: every Cluster has it. */
export interface MatchableCluster {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
  readonly spec?: {
    readonly provider?: string
    readonly region?: string
    readonly zones?: readonly string[]
  }
}

export type ClusterMatcher = (cluster: MatchableCluster) => boolean

/**
 * Prepares an affinity for many clusters, so that long name lists cost nothing per cluster.
 *
 * @returns a predicate; an absent or empty affinity takes every cluster, an invalid selector none.
 * @source spec/behaviour/overrides.md §1 "Cluster match"
 */
export function clusterMatcher(affinity: ClusterAffinity | undefined): ClusterMatcher {
  if (affinity === undefined) return () => true
  const excluded = new Set(affinity.exclude)
  const named = new Set(affinity.clusterNames)
  const { labelSelector, fieldSelector } = affinity
  const fields = fieldSelector?.matchExpressions ?? []
  const matchesLabels = labelSelector ? labelMatcher(labelSelector) : undefined
  return cluster =>
    !excluded.has(cluster.metadata.name) &&
    (named.size === 0 || named.has(cluster.metadata.name)) &&
    (matchesLabels === undefined || matchesLabels(cluster.metadata.labels)) &&
    fields.every(expression => matchesField(expression, cluster))
}

/** Whether an affinity takes one cluster; see {@link clusterMatcher}. */
export function matchesCluster(affinity: ClusterAffinity | undefined, cluster: MatchableCluster): boolean {
  return clusterMatcher(affinity)(cluster)
}

function matchesField(expression: SelectorRequirement, { spec = {} }: MatchableCluster): boolean {
  if (expression.key === 'zone') return matchesZones(expression, spec.zones ?? [])
  return matchesExpressions([expression], {
    ...(spec.provider ? { provider: spec.provider } : {}),
    ...(spec.region ? { region: spec.region } : {}),
  })
}

function matchesZones({ operator, values = [] }: SelectorRequirement, zones: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return zones.some(zone => values.includes(zone))
    case 'NotIn':
      return !zones.some(zone => values.includes(zone))
    case 'Exists':
      return zones.length > 0
    case 'DoesNotExist':
      return zones.length === 0
    default:
      return false
  }
}
