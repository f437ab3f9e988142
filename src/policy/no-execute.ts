import { type Taint, type Toleration, tolerates } from './toleration.ts'

/** A taint as a Cluster has it. */
export interface TimedTaint extends Taint {
  /** RFC 3339. */
  readonly timeAdded?: string
}

/** How long taints of some keys are tolerated by a placement that says nothing of them. */
export interface DefaultToleration {
  readonly keys: readonly string[]
  readonly seconds: number
}

/** When a workload has to leave a tainted cluster. */
export interface Deadline {
  /** Milliseconds since the epoch; when the taint was added where it is not tolerated at all. */
  readonly atMs: number
  /** Whether some time was granted: without it the deadline is over, whatever the clock that wrote the taint says. */
  readonly tolerated: boolean
  /** The taint that decides. */
  readonly taint: TimedTaint
}

/**
 * When a workload with these tolerations has to leave a cluster with these taints. A taint that is not tolerated counts from
 * when it was added; of those that are tolerated for a while the one that ends first.
 *
 * A taint without timeAdded does not count: it gets one within moments.
 *
 * @returns undefined when it may stay.
 * @source spec/behaviour/clusters.md §4
 */
export function evictionDeadline(
  taints: readonly TimedTaint[],
  tolerations: readonly Toleration[],
  byDefault?: DefaultToleration,
): Deadline | undefined {
  const deadlines = taints
    .filter(({ effect }) => effect === 'NoExecute')
    .flatMap(taint => {
      const addedMs = Date.parse(taint.timeAdded ?? '')
      const seconds = toleratedSeconds(taint, tolerations, byDefault)
      if (Number.isNaN(addedMs) || seconds === undefined) return []
      return [{ taint, atMs: addedMs + seconds * 1000, tolerated: seconds > 0 }]
    })
  return deadlines.toSorted((a, b) => Number(a.tolerated) - Number(b.tolerated) || a.atMs - b.atMs)[0]
}

/** @returns 0 when the taint is not tolerated, undefined when it is for ever. */
function toleratedSeconds(
  taint: Taint,
  tolerations: readonly Toleration[],
  byDefault: DefaultToleration | undefined,
): number | undefined {
  const matching = tolerations.filter(toleration => tolerates(toleration, taint))
  if (matching.length === 0) return byDefault?.keys.includes(taint.key) ? byDefault.seconds : 0
  const limits = matching.flatMap(({ tolerationSeconds }) =>
    tolerationSeconds === undefined ? [] : [tolerationSeconds],
  )
  return limits.length === 0 ? undefined : Math.max(0, Math.min(...limits))
}

/** When the youngest NoExecute taint was added, as it stands there; undefined when there is none. */
export function taintedSince(taints: readonly TimedTaint[] = []): string | undefined {
  const times = taints.flatMap(({ effect, timeAdded }) => (effect === 'NoExecute' && timeAdded ? [timeAdded] : []))
  return times.toSorted((a, b) => Date.parse(b) - Date.parse(a))[0]
}
