import type { LabelSelector } from '../object/selector.ts'
import { parkableKind } from './mechanisms.ts'

/** The ConfigMap in a namespace that tells which templates its policies select; another format gets another name. */
export const PARKING_INDEX = 'flotilla-parking-v1'
/** The same for cluster-wide policies, in the operator's namespace. */
export const CLUSTER_PARKING_INDEX = 'flotilla-parking-cluster-v1'

/** What the apiserver takes in a ConfigMap, with room for metadata: 1 MiB. */
const MOST_BYTES = 900_000
/** CEL counts what it searches: a longer text would exceed what one expression may cost. */
const MOST_BYTES_A_TEXT = 20_000
/** Texts are told apart by their last character, and by their length modulo this. */
export const SHARDS_BY_SIZE = 10

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
 * What policies select of the kinds that are parked, as text in which CEL finds an object without looking at each policy.
 * Every line stands between line ends, and a key of the ConfigMap has the lines of one kind, one last character and one last digit of
 * the length:
 *
 * - `apps.Deployment.name.b3`, `web|*`: the object of that name, in all namespaces or in one (`web|shop`);
 * - `apps.Deployment.label.b3`, `app=web|*|app In web;tier Exists `: objects with the label `app: web`, in all namespaces or one,
 *   for which every requirement holds (`<key> <operator> <value>,<value>…`). Of the labels that a selector needs it stands
 *   under the one that the fewest others need;
 * - `apps.Deployment.rest`, `*|tier Exists `: selectors that need no label of a certain value. Without a requirement: all
 *   objects of the kind.
 *
 * @param policies in an order that does not change, or the ConfigMap would be written anew
 */
export function buildIndex<P extends IndexedPolicy>(policies: readonly P[]): ParkingIndex<P> {
  const frequency = countLabels(policies)
  const texts = new Map<string, Text>()
  const left: P[] = []
  let bytes = 0
  for (const policy of policies) {
    const entries = policy.spec.resourceSelectors.flatMap(selector => entriesOf(selector, frequency))
    const size = entries.reduce((sum, { key, line }) => sum + key.length + line.length + 8, 0)
    if (bytes + size > MOST_BYTES || !entries.every(entry => hasRoom(texts, entry))) {
      left.push(policy)
      continue
    }
    bytes += size
    for (const { key, line } of entries) insert(texts, key, line)
  }
  const data = [...texts].map(([key, { lines }]) => [key, `\n${[...lines].sort().join('\n')}\n`] as const)
  return { data: Object.fromEntries(data.sort(([a], [b]) => (a < b ? -1 : 1))), left }
}

interface Entry {
  readonly key: string
  readonly line: string
}

interface Text {
  readonly lines: Set<string>
  bytes: number
}

function hasRoom(texts: ReadonlyMap<string, Text>, { key, line }: Entry): boolean {
  return (texts.get(key)?.bytes ?? 0) + line.length + 1 <= MOST_BYTES_A_TEXT
}

function insert(texts: Map<string, Text>, key: string, line: string): void {
  const text = texts.get(key) ?? { lines: new Set(), bytes: 0 }
  if (!text.lines.has(line)) text.bytes += line.length + 1
  text.lines.add(line)
  texts.set(key, text)
}

/** How many selectors of a kind need a label of a value, by kind and label. */
type Frequency = ReadonlyMap<string, number>

function countLabels(policies: readonly IndexedPolicy[]): Frequency {
  const frequency = new Map<string, number>()
  for (const selector of policies.flatMap(policy => policy.spec.resourceSelectors)) {
    const kind = kindKey(selector)
    if (kind === undefined || selector.name) continue
    for (const label of requirementsOf(selector.labelSelector).flatMap(labelsOf)) {
      const key = frequencyKey(kind, label)
      frequency.set(key, (frequency.get(key) ?? 0) + 1)
    }
  }
  return frequency
}

function kindKey(selector: IndexedSelector): string | undefined {
  const parkable = parkableKind(selector)
  if (parkable === undefined) return undefined
  const { group, kind } = parkable.resource
  return `${group === '' ? 'core' : group}.${kind}`
}

function entriesOf(selector: IndexedSelector, frequency: Frequency): readonly Entry[] {
  const kind = kindKey(selector)
  if (kind === undefined) return []
  const namespace = selector.namespace || '*'
  const { name } = selector
  if (name) return [{ key: `${kind}.name.${shardOf(name)}`, line: `${name}|${namespace}` }]
  const requirements = requirementsOf(selector.labelSelector)
  const rest = `${namespace}|${requirements.map(formatRequirement).join(';')}`
  const labels = rarest(kind, requirements, frequency)
  if (labels.length === 0) return [{ key: `${kind}.rest`, line: rest }]
  return labels.map(({ key, value }) => ({
    key: `${kind}.label.${shardOf(value)}`,
    line: `${key}=${value}|${rest}`,
  }))
}

/** @returns the labels of which an object needs one, those that the fewest selectors share; none where any object may do. */
function rarest(kind: string, requirements: readonly Requirement[], frequency: Frequency): readonly Label[] {
  const choices = requirements.map(labelsOf).filter(labels => labels.length > 0)
  const weight = (labels: readonly Label[]): number =>
    labels.reduce((sum, label) => sum + (frequency.get(frequencyKey(kind, label)) ?? 0), 0)
  const [best] = choices.toSorted((a, b) => weight(a) - weight(b))
  return best ?? []
}

function shardOf(text: string): string {
  return `${text.at(-1) ?? '_'}${text.length % SHARDS_BY_SIZE}`
}

interface Label {
  readonly key: string
  readonly value: string
}

function frequencyKey(kind: string, { key, value }: Label): string {
  return `${kind} ${key}=${value}`
}

interface Requirement {
  readonly key: string
  readonly operator: string
  readonly values: readonly string[]
}

function requirementsOf(selector: LabelSelector | undefined): readonly Requirement[] {
  const labels = Object.entries(selector?.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: 'In',
    values: [value],
  }))
  const expressions = (selector?.matchExpressions ?? []).map(({ key, operator, values }) => ({
    key,
    operator,
    values: values ?? [],
  }))
  return [...labels, ...expressions]
}

/** @returns the labels of which one satisfies a requirement; none where the value does not matter. */
function labelsOf({ key, operator, values }: Requirement): readonly Label[] {
  return operator === 'In' ? values.map(value => ({ key, value })) : []
}

function formatRequirement({ key, operator, values }: Requirement): string {
  return `${key} ${operator} ${values.join(',')}`
}
