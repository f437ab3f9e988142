import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { placeBinding } from '../../rendering/place-binding.ts'
import { isOurs, needsScheduling } from '../../scheduling/when.ts'
import { released } from './carry.ts'
import { markOf } from './mark.ts'
import { nameOf } from './read-source.ts'
import { error, type Finding } from './report.ts'

export interface PlacementInput {
  readonly bindings: readonly Binding[]
  readonly clusters: readonly Cluster[]
  /** RFC 3339. */
  readonly now: string
}

/** Of held bindings those that the scheduler would place elsewhere as soon as they are let go. */
export function movingBindings({ bindings, clusters, now }: PlacementInput): ReadonlyMap<Binding, string> {
  return new Map(
    bindings.flatMap((binding): readonly (readonly [Binding, string])[] => {
      if (markOf(binding)?.held !== true) return []
      const free = released(binding, markOf(binding)?.suspended === true)
      if (!isOurs(free, free.spec.schedulerName) || needsScheduling(free, clusters) === undefined) return []
      const { result } = placeBinding(free, { clusters, now })
      const [before, after] = [format(free.spec.clusters), format(result.targets)]
      return before === after ? [] : [[binding, `from ${before || 'nowhere'} to ${after || 'nowhere'}`]]
    }),
  )
}

export function movingFindings(moving: ReadonlyMap<Binding, string>): readonly Finding[] {
  return [...moving].map(([binding, how]) =>
    error('WouldMove', `${nameOf(binding)} would be placed anew, ${how}: it stays held until you accept that`),
  )
}

function format(targets: Binding['spec']['clusters'] = []): string {
  return targets
    .map(({ name, replicas }) => (replicas ? `${name} (${replicas})` : name))
    .toSorted()
    .join(', ')
}
