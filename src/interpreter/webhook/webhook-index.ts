import type { WebhookServer } from '../../kube/webhook-call.ts'
import type { Gvk } from '../../object/gvk.ts'
import type { ResourceInterpreterWebhookConfiguration } from '../../object/karmada-objects.ts'

/** A webhook of a configuration. */
export interface PlacedWebhook {
  /** `<configuration>/<webhook>`. */
  readonly name: string
  readonly server: WebhookServer
  readonly rules: readonly Rule[]
}

interface Rule {
  readonly apiGroups: readonly string[]
  readonly apiVersions: readonly string[]
  readonly kinds: readonly string[]
  readonly operations: readonly string[]
}

const DEFAULT_TIMEOUT_SECONDS = 10
const MS_PER_SECOND = 1_000
const DEFAULT_PORT = 443

/** All webhooks, by name. @source spec/behaviour/status.md §6.3 */
export function listWebhooks(
  configurations: readonly ResourceInterpreterWebhookConfiguration[],
): readonly PlacedWebhook[] {
  return configurations
    .flatMap(({ metadata, webhooks }) =>
      webhooks.map(webhook => ({
        name: `${metadata.name}/${webhook.name}`,
        server: serverOf(webhook),
        rules: webhook.rules ?? [],
      })),
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** @returns the first webhook by name that knows an operation of a kind. */
export function findWebhook(
  webhooks: readonly PlacedWebhook[],
  gvk: Gvk,
  operation: string,
): PlacedWebhook | undefined {
  return webhooks.find(({ rules }) => rules.some(rule => matches(rule, gvk, operation)))
}

function matches({ apiGroups, apiVersions, kinds, operations }: Rule, gvk: Gvk, operation: string): boolean {
  return (
    has(operations, operation) && has(apiGroups, gvk.group) && has(apiVersions, gvk.version) && has(kinds, gvk.kind)
  )
}

function has(names: readonly string[], name: string): boolean {
  return names.includes('*') || names.includes(name)
}

type Webhook = ResourceInterpreterWebhookConfiguration['webhooks'][number]

/** A Service is reached by its name in the cluster's DNS. */
function serverOf({ clientConfig, timeoutSeconds }: Webhook): WebhookServer {
  const { url, service, caBundle } = clientConfig
  const { name = '', namespace = '', port = DEFAULT_PORT, path = '/' } = service ?? {}
  return {
    url: url ?? `https://${name}.${namespace}.svc:${port}${path}`,
    timeoutMs: (timeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS) * MS_PER_SECOND,
    ...(caBundle !== undefined && { ca: Buffer.from(caBundle, 'base64').toString('utf8') }),
  }
}
