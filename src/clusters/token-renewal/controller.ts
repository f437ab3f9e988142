import { type HostRule, READ } from '../../api/host-rule.ts'
import { CLUSTER, SECRET } from '../../api/kinds.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Change, Informer } from '../../runtime/informer.ts'
import type { Ownership } from '../../runtime/ownership.ts'
import { clustersNaming } from '../cluster-secret.ts'
import { newTokenRenewalReconciler, type TokenRenewalDeps } from './reconciler.ts'

export interface TokenRenewalControllerDeps extends TokenRenewalDeps, Ownership {
  readonly clusters: Informer<Cluster>
  readonly secrets: ReadonlyMap<string, Informer>
  readonly newController: (options: ControllerOptions) => Controller
}

/** Secrets of the operator's own namespace are read only: whoever puts credentials there renews them. */
export const HOST_RULES: readonly HostRule[] = [
  { on: CLUSTER, verbs: READ },
  { on: CLUSTER, subresource: 'status', verbs: ['patch'] },
  { on: SECRET, within: 'clusters', verbs: [...READ, 'patch'] },
]

/**
 * Keeps the tokens of members good whose Secrets say whose they are. In a member it needs to create tokens of its own
 * ServiceAccount.
 *
 * @returns ends it.
 */
export function startTokenRenewal(deps: TokenRenewalControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'token-renewal',
    concurrency: 16,
    reconcile: newTokenRenewalReconciler(deps),
    backoff: { baseMs: 1000, maxMs: 60_000 },
    owns: deps.owns,
  })
  controller.watch({ informer: deps.clusters, keysOf: change => (isNews(change) ? [change.object.metadata.name] : []) })
  for (const informer of deps.secrets.values()) {
    controller.watch({ informer, keysOf: ({ object }) => clustersNaming(deps.clusters, object) })
  }
  const forgetGains = deps.onGain?.(name => controller.enqueue(name))
  controller.start()
  return () => {
    forgetGains?.()
    return controller.stop()
  }
}

function isNews(change: Change<Cluster>): boolean {
  if (change.type !== 'updated') return change.type === 'added'
  return change.object.metadata.generation !== change.previous.metadata.generation
}
