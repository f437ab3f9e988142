import type { LabelSelector } from '../object/selector.ts'
import { parkableKind } from './mechanisms.ts'

/** The ConfigMap in a namespace that tells which templates its policies select. */
export const PARKING_INDEX = 'flotilla-parking'
/** The same for cluster-wide policies, in the operator's namespace. */
export const CLUSTER_PARKING_INDEX = 'flotilla-parking-cluster'

/** What the apiserver takes in a ConfigMap, with room for metadata: 1 MiB. */
const MOST_BYTES = 900_000

/** One selector of a policy. */
export interface IndexedSelector {
  readonly apiVersion: string
  readonly kind: string
  readonly namespace?: string
  readonly name?: string
  readonly labelSelector?: LabelSelector
}

export interface IndexedPolicy {
  readonly spec: { readonly resourceSelectors: readonly IndexedSelector[] }
}

export interface ParkingIndex<P> {
  /** The ConfigMap's data; keys in order. */
  readonly data: Readonly<Record<string, string>>
  /** Policies that found no room: the apiserver has to ask them themselves. */
  readonly left: readonly P[]
}

/**
 * What policies select of the kinds that are parked, as text that CEL can read:
 *
 * - `apps.Deployment.web`: the object of that name, in the namespaces of the value (`a,b`, or `*` for all);
 * - `apps.Deployment`: a line for each selector by labels: `<namespace or *>|<requirement>;<requirement>…`, where a
 *   requirement is `<key> <operator> <value>,<value>…`. No requirement: all objects of the kind.
 *
 * @param policies in an order that does not change, or the ConfigMap would be written anew
 */
export function buildIndex<P extends IndexedPolicy>(policies: readonly P[]): ParkingIndex<P> {
  const names = new Map<string, Set<string>>()
  const lines = new Map<string, Set<string>>()
  const left: P[] = []
  let bytes = 0
  for (const policy of policies) {
    const entries = policy.spec.resourceSelectors.flatMap(entryOf)
    const size = entries.reduce((sum, { key, value }) => sum + key.length + value.length + 8, 0)
    if (bytes + size > MOST_BYTES) {
      left.push(policy)
      continue
    }
    bytes += size
    for (const { key, value, isName } of entries) insert(isName ? names : lines, key, value)
  }
  const data = [...joined(names, ','), ...joined(lines, '\n')].sort(([a], [b]) => (a < b ? -1 : 1))
  return { data: Object.fromEntries(data), left }
}

interface Entry {
  readonly key: string
  readonly value: string
  readonly isName: boolean
}

function entryOf(selector: IndexedSelector): readonly Entry[] {
  const parkable = parkableKind(selector)
  if (parkable === undefined) return []
  const { group, kind } = parkable.resource
  const key = `${group === '' ? 'core' : group}.${kind}`
  const namespace = selector.namespace || '*'
  if (selector.name) return [{ key: `${key}.${selector.name}`, value: namespace, isName: true }]
  return [{ key, value: `${namespace}|${requirements(selector.labelSelector).join(';')}`, isName: false }]
}

function requirements(selector: LabelSelector | undefined): readonly string[] {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => `${key} In ${value}`)
  const expressions = (selector?.matchExpressions ?? []).map(
    ({ key, operator, values }) => `${key} ${operator} ${(values ?? []).join(',')}`,
  )
  return [...labels, ...expressions]
}

function insert(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key)
  if (known === undefined) map.set(key, new Set([value]))
  else known.add(value)
}

function joined(map: ReadonlyMap<string, ReadonlySet<string>>, separator: string): readonly [string, string][] {
  return [...map].map(([key, values]) => [key, [...values].sort().join(separator)])
}
