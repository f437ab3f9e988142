import type { Taint } from '../../api/generated/cluster.ts'
import { TAINT } from '../../api/names.ts'

const EFFECT = 'NoSchedule'

/**
 * The taints that a cluster should have, given its Ready condition: not-ready and unreachable replace each other and both
 * go when it is ready. Those of users and policies stay as they are.
 *
 * @param ready status of condition Ready; undefined when it was never reported.
 * @param now RFC 3339, for taints that are added.
 * @returns `taints` itself when they are right already.
 * @source spec/behaviour/clusters.md §3
 */
export function automaticTaints(taints: readonly Taint[], ready: string | undefined, now: string): readonly Taint[] {
  const wanted = wantedKey(ready)
  const kept = taints.filter(taint => !isAutomatic(taint) || taint.key === wanted)
  const missing = wanted !== undefined && !kept.some(taint => taint.key === wanted && taint.effect === EFFECT)
  if (missing) return [...kept, { key: wanted, effect: EFFECT, timeAdded: now }]
  return kept.length === taints.length ? taints : kept
}

function wantedKey(ready: string | undefined): string | undefined {
  if (ready === 'True') return undefined
  return ready === 'Unknown' ? TAINT.unreachable : TAINT.notReady
}

/** A user may taint with the same key and another effect; that is not ours to remove. */
function isAutomatic(taint: Taint): boolean {
  return taint.effect === EFFECT && (taint.key === TAINT.notReady || taint.key === TAINT.unreachable)
}
