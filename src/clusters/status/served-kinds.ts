import { CUSTOM_RESOURCE_DEFINITION } from '../../api/kinds.ts'
import { missingRight } from '../../kube/missing-right.ts'
import { onDefinitionChange } from '../../runtime/definition-changes.ts'
import { type InformerDeps, MOST_MEMBER_OBJECTS, newInformer } from '../../runtime/informer.ts'

/** The custom kinds of a member, watched for changes. */
export interface ServedKinds {
  /** Whether changes are told; not where we may not list them, and not while the watch fails. */
  readonly watched: boolean
  stop(): void
}

/**
 * Watches the CustomResourceDefinitions of a member, their metadata only. Who may not list them is looked at as often as any
 * member, and no more.
 *
 * @param onChange called when discovery may have changed, and again a little later
 */
export function watchServedKinds(deps: InformerDeps, onChange: () => void): ServedKinds {
  const informer = newInformer(deps, {
    resource: CUSTOM_RESOURCE_DEFINITION,
    query: { content: 'metadata' },
    mostObjects: MOST_MEMBER_OBJECTS,
    onError: error => {
      if (missingRight(error) !== undefined) informer.stop()
    },
  })
  const end = onDefinitionChange({ definitions: informer, clock: deps.clock }, onChange)
  return {
    get watched() {
      return informer.synced && informer.lastError === undefined && informer.state.phase !== 'stopped'
    },
    stop: () => {
      end()
      informer.stop()
    },
  }
}
