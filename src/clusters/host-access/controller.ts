import type { AgentRule } from '../../api/agent-rule.ts'
import { READ } from '../../api/host-rule.ts'
import { SECRET, SERVICE_ACCOUNT } from '../../api/kinds.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import type { Controller, ControllerOptions } from '../../runtime/controller.ts'
import type { Informer } from '../../runtime/informer.ts'
import { type HostAccessDeps, newHostAccessReconciler } from './reconciler.ts'

export interface HostAccessControllerDeps extends HostAccessDeps {
  readonly secrets: Informer
  readonly newController: (options: ControllerOptions) => Controller
}

/** A token of its own account gives nothing that it does not have. */
export const AGENT_RULES: readonly AgentRule[] = [
  { on: SERVICE_ACCOUNT, subresource: 'token', within: 'clusters', only: 'account', verbs: ['create'] },
  { on: SECRET, within: 'home', only: 'hostSecret', verbs: [...READ, 'patch'] },
]

/** Keeps the agent's token for the host good. @returns ends it. */
export function startHostAccess(deps: HostAccessControllerDeps): () => Promise<void> {
  const controller = deps.newController({
    name: 'host-access',
    concurrency: 1,
    reconcile: newHostAccessReconciler(deps),
    backoff: { baseMs: 1000, maxMs: 60_000 },
  })
  controller.watch({ informer: deps.secrets, keysOf: ({ object }) => [formatKey(keyOf(object))] })
  controller.start()
  return () => controller.stop()
}
