import { staticWeights } from '../divide/static-weight.ts'
import { isTieDescending } from '../divide/tie.ts'
import { allocateSeats } from '../divide/webster.ts'
import type { DivisionStrategy } from '../division.ts'
import { isDuplicated } from '../placement.ts'

/** By the weights that the placement gives to clusters, or equal ones; neither room nor the previous result matters. */
export const staticWeight: DivisionStrategy = {
  name: 'StaticWeight',
  handles: placement =>
    !isDuplicated(placement) &&
    placement.replicaScheduling?.replicaDivisionPreference === 'Weighted' &&
    !placement.replicaScheduling.weightPreference?.dynamicWeight,
  usesRoom: false,
  ignoresSpread: ({ replicaScheduling }) => {
    const { weightPreference } = replicaScheduling ?? {}
    return weightPreference === undefined || (weightPreference.staticWeightList ?? []).length > 0
  },
  divide({ spec, placement, clusters, replicas }) {
    const rules = placement.replicaScheduling?.weightPreference?.staticWeightList
    const weights = staticWeights(
      clusters.map(({ cluster }) => cluster),
      rules,
    )
    return {
      type: 'divided',
      replicas: allocateSeats(replicas, weights, { descendingTies: isTieDescending(spec.resource.uid) }),
      weights,
      how: `${replicas} replicas by ${rules?.length ? 'static' : 'equal'} weight (Webster)`,
    }
  },
}
