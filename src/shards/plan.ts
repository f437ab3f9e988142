import { newView, type View } from './view.ts'

/** What a replica has told on its Lease. */
export interface Standing {
  /** Which replica: the name of its Lease, which only one process ever has. */
  readonly replica: string
  /** Grows with all that it tells: older words of the same content are told from newer ones. */
  readonly publication: number
  /** The id of the view that it would act by. */
  readonly prepared: string
  /** The id of the view that it acts by: whatever that takes away from it, it has let go of. */
  readonly view: string
}

/** The same of this replica, as it was written last, whether it has arrived or not. */
export interface Own extends Standing {
  /** Whether what `view` gives to this replica is its own already. */
  readonly activated: boolean
}

export type Step =
  | { readonly type: 'wait' }
  /** Tell that we would act by this view. */
  | { readonly type: 'prepare'; readonly view: View }
  /** Let go of all that this view takes away, then tell that we act by it. */
  | { readonly type: 'handOver'; readonly view: View }
  /** Take all that the view gives. */
  | { readonly type: 'activate'; readonly view: View }

const WAIT: Step = { type: 'wait' }

/**
 * What a replica does next, by what the Leases of all replicas said at one moment (of the apiserver: a watch shows moments one
 * after the other, only late). See docs/decisions/0025 for why no two ever act for one cluster.
 *
 * Nobody lets go of anything before all have prepared: a Lease whose process is dead, and that has not expired yet, holds up what
 * that process had, and nothing else.
 */
export function planStep(own: Own, told: readonly Standing[]): Step {
  const mine = told.find(({ replica }) => replica === own.replica)
  // Older than what we have told ourselves: whatever it says of others may be outdated.
  if (mine?.publication !== own.publication) return WAIT
  const view = newView(told.map(({ replica }) => replica))
  if (own.view === view.id) {
    return !own.activated && told.every(each => each.view === view.id) ? { type: 'activate', view } : WAIT
  }
  const others = told.filter(({ replica }) => replica !== own.replica)
  // Who acts by it already may have prepared for one that has gone again.
  if (others.every(({ prepared, view: acts }) => prepared === view.id || acts === view.id))
    return { type: 'handOver', view }
  return own.prepared === view.id ? WAIT : { type: 'prepare', view }
}

/** The views that a replica acts by: the last that was activated, and those that it has handed over to since. */
export type Chain = readonly View[]

/** Whether a replica executes for a cluster: each of the views says so. */
export function isOwner(chain: Chain, replica: string, cluster: string): boolean {
  return chain.length > 0 && chain.every(view => view.ownerOf(cluster) === replica)
}
