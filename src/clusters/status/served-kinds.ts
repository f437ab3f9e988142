import { CUSTOM_RESOURCE_DEFINITION } from '../../api/kinds.ts'
import { missingRight } from '../../kube/missing-right.ts'
import { type InformerDeps, newInformer } from '../../runtime/informer.ts'

/** An apiserver tells of a new kind in its discovery a little later than on the definition. */
const DISCOVERY_LAG_MS = 1_000

/** The custom kinds of a member, watched for changes. */
export interface ServedKinds {
  stop(): void
}

/**
 * Watches the CustomResourceDefinitions of a member, their metadata only. Who may not list them is looked at as often as any
 * member, and no more.
 *
 * @param onChange called when discovery may have changed, and again a little later
 */
export function watchServedKinds(deps: InformerDeps, onChange: () => void): ServedKinds {
  let again: (() => void) | undefined
  const informer = newInformer(deps, {
    resource: CUSTOM_RESOURCE_DEFINITION,
    query: { content: 'metadata' },
    onError: error => {
      if (missingRight(error) !== undefined) informer.stop()
    },
  })
  informer.addHandler(change => {
    if (change.type === 'added' && change.initial) return
    onChange()
    again?.()
    again = deps.clock.after(DISCOVERY_LAG_MS, onChange)
  })
  return {
    stop: () => {
      again?.()
      informer.stop()
    },
  }
}
