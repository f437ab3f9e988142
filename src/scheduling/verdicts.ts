import type { Assignment } from './assign.ts'
import { needsEstimate } from './estimate/available.ts'
import type { ClusterVerdict, Explanation } from './explanation.ts'
import type { FilterResult } from './filter.ts'
import type { SchedulableSpec, TargetCluster } from './placement.ts'
import type { RankedCluster, Scorer } from './rank.ts'
import type { Selection } from './select.ts'

/** What is known when a cycle ends, early or not; clusters were looked at by name. */
export interface CycleFacts {
  readonly spec: SchedulableSpec
  readonly affinityName: string | undefined
  readonly filters: readonly string[]
  readonly scorers: readonly Scorer[]
  readonly filtered: FilterResult
  readonly ranked?: readonly RankedCluster[]
  readonly selection?: Selection
  readonly assignment?: Assignment
  readonly targets?: readonly TargetCluster[]
}

/** Tells of each cluster how far it came in a cycle, and why no further. */
export function explainCycle(facts: CycleFacts): Explanation {
  const { affinityName, filters, selection, assignment } = facts
  return {
    ...(affinityName === undefined ? {} : { affinityName }),
    filters,
    ...(selection?.how === undefined ? {} : { selection: selection.how }),
    ...(assignment?.division === undefined ? {} : { division: assignment.division }),
    clusters: verdictsOf(facts),
  }
}

function verdictsOf(facts: CycleFacts): readonly ClusterVerdict[] {
  const { rejections } = facts.filtered
  const unfit = Array.from(rejections, ([name, rejected]): ClusterVerdict => ({ name, rejections: rejected }))
  const byPlace = [...(facts.ranked ?? [])].sort((a, b) => a.place - b.place)
  return mergeByName(unfit, byPlace.map(newFeasibleVerdict(facts)))
}

/** Both are in order already. */
function mergeByName(a: readonly ClusterVerdict[], b: readonly ClusterVerdict[]): readonly ClusterVerdict[] {
  const merged: ClusterVerdict[] = []
  let next = 0
  for (const verdict of a) {
    for (let other = b[next]; other !== undefined && other.name < verdict.name; other = b[++next]) merged.push(other)
    merged.push(verdict)
  }
  for (let other = b[next]; other !== undefined; other = b[++next]) merged.push(other)
  return merged
}

function newFeasibleVerdict(facts: CycleFacts): (cluster: RankedCluster) => ClusterVerdict {
  const targets = new Map(facts.targets?.map(target => [target.name, target.replicas ?? 0]))
  const weights = new Map(facts.assignment?.weights.map(party => [party.name, party.votes]))
  const selected = new Set(facts.selection?.clusters)
  const withRoom = needsEstimate(facts.spec)
  return cluster => {
    const { name, score, tier, room } = cluster
    const verdict: Verdict = { name, rejections: NO_REJECTIONS, score, scores: scoresOf(cluster, facts.scorers) }
    if (tier > 0) verdict.tier = tier
    if (withRoom) verdict.available = room.available
    setIfKnown(verdict, 'weight', weights.get(name))
    setIfKnown(verdict, 'kept', facts.assignment?.kept.get(name) || undefined)
    const replicas = targets.get(name)
    setIfKnown(verdict, 'replicas', replicas)
    if (replicas === undefined) setIfKnown(verdict, 'note', noteOf(facts, selected, cluster))
    return verdict
  }
}

/** Why a feasible cluster is no target; undefined when nothing was decided. */
function noteOf(
  { selection, targets }: CycleFacts,
  selected: ReadonlySet<RankedCluster>,
  cluster: RankedCluster,
): string | undefined {
  if (selection !== undefined && !selected.has(cluster)) return selection.noteOf(cluster)
  return targets === undefined ? undefined : 'no replicas for it'
}

type Verdict = { -readonly [Field in keyof ClusterVerdict]: ClusterVerdict[Field] }

function setIfKnown<F extends keyof Verdict>(verdict: Verdict, field: F, value: Verdict[F] | undefined): void {
  if (value !== undefined) verdict[field] = value
}

const NO_REJECTIONS: ClusterVerdict['rejections'] = []

function scoresOf({ scores }: RankedCluster, scorers: readonly Scorer[]): Readonly<Record<string, number>> {
  const byName: Record<string, number> = {}
  for (const [index, { name }] of scorers.entries()) byName[name] = scores[index] ?? 0
  return byName
}
