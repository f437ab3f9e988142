import { noteSecret } from '../secrecy/canaries.ts'
import type { ServiceAccountIdentity } from './control-plane.ts'
import { callJson, createIfMissing, type Endpoint } from './rest.ts'

const DAY_SECONDS = 86_400

/** Makes sure that the ServiceAccount, its namespace and its binding exist. @returns a token for it (TokenRequest). */
export async function requestToken(endpoint: Endpoint, identity: ServiceAccountIdentity): Promise<string> {
  const { namespace, serviceAccount, clusterRole, expirationSeconds = DAY_SECONDS } = identity
  await createIfMissing(endpoint, '/api/v1/namespaces', { metadata: { name: namespace } })
  const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`
  await createIfMissing(endpoint, accounts, { metadata: { name: serviceAccount } })
  if (clusterRole !== undefined) await bindClusterRole(endpoint, { namespace, serviceAccount, clusterRole })
  const answer = (await callJson(endpoint, `${accounts}/${serviceAccount}/token`, {
    method: 'POST',
    body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
  })) as { readonly status: { readonly token: string } }
  noteSecret(`a token of ${namespace}/${serviceAccount}`, answer.status.token)
  return answer.status.token
}

function bindClusterRole(
  endpoint: Endpoint,
  { namespace, serviceAccount, clusterRole }: Required<Omit<ServiceAccountIdentity, 'expirationSeconds'>>,
): Promise<void> {
  return createIfMissing(endpoint, '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
    metadata: { name: `${namespace}:${serviceAccount}:${clusterRole}` },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: clusterRole },
    subjects: [{ kind: 'ServiceAccount', namespace, name: serviceAccount }],
  })
}
