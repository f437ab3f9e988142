import type { AgentRule } from '../../api/agent-rule.ts'
import { type HostRule, READ } from '../../api/host-rule.ts'
import { RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION } from '../../api/kinds.ts'
import type { WebhookLayer } from '../../interpreter/webhook/webhook-layer.ts'
import type { ResourceInterpreterWebhookConfiguration } from '../../object/karmada-objects.ts'
import type { Informer } from '../../runtime/informer.ts'

export interface WebhookDeps {
  readonly webhookConfigurations: Informer<ResourceInterpreterWebhookConfiguration>
  readonly webhooks: Pick<WebhookLayer, 'replace'>
}

export const HOST_RULES: readonly HostRule[] = [{ on: RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION, verbs: READ }]
export const AGENT_RULES: readonly AgentRule[] = [{ on: RESOURCE_INTERPRETER_WEBHOOK_CONFIGURATION, verbs: READ }]

/**
 * Keeps what servers of users are asked in step with the ResourceInterpreterWebhookConfigurations.
 *
 * @returns ends it.
 */
export function startWebhooks({ webhookConfigurations, webhooks }: WebhookDeps): () => Promise<void> {
  const stop = webhookConfigurations.addHandler(() => webhooks.replace(webhookConfigurations.list()))
  return async () => stop()
}
