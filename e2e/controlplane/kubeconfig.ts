import { stringify } from 'yaml'
import type { Endpoint } from './rest.ts'

/** @returns a kubeconfig in YAML with one context, called as the cluster. */
export function renderKubeconfig(name: string, { url, ca, token }: Endpoint, namespace = 'default'): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(ca).toString('base64') } }],
    users: [{ name, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: name, namespace } }],
    'current-context': name,
  })
}
