import { stringify } from 'yaml'
import { noteSecret } from '../secrecy/canaries.ts'
import type { Endpoint } from './rest.ts'

/** @returns a kubeconfig in YAML with one context, called as the cluster. */
export function renderKubeconfig(name: string, { url, ca, token }: Endpoint, namespace = 'default'): string {
  noteSecret(`the token of a kubeconfig for ${name}`, token)
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  })
}
