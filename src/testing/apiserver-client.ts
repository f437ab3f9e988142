import type { Client } from '../kube/client.ts'
import { type NewClientOptions, newClient } from '../kube/new-client.ts'

/** What a test knows of an apiserver: e2e/controlplane/rest.ts calls it an endpoint. */
export interface ServerAccess {
  readonly url: string
  /** PEM. */
  readonly ca: string
  readonly token: string
}

/** A client of a control plane that a test has started. Close it at the end. */
export function newTestClient(access: ServerAccess, options: NewClientOptions = {}): Client {
  const { url, ca, token } = access
  return newClient({ name: 'host', server: url, caPem: ca, token: { type: 'static', token } }, options)
}

/** Waits until `look` gives true. @throws when that takes longer than `timeoutMs`. */
export async function eventually(look: () => boolean, timeoutMs = 120_000): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs
  while (!look()) {
    if (Date.now() > deadlineMs) throw new Error(`not within ${timeoutMs} ms: ${look}`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}
