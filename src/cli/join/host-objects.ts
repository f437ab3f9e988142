import { ANNOTATION, CLUSTER_NAMESPACE, LABEL } from '../../api/names.ts'
import type { ServerConfig } from '../../kube/server-config.ts'
import { objectAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'

/** How a member is described to the host. */
export interface Topology {
  readonly provider?: string
  readonly region?: string
  readonly zones?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}

/** What the host is to know of a member. */
export interface HostWish {
  readonly name: string
  /** UID of the member's kube-system namespace. */
  readonly id: string
  readonly server: Pick<ServerConfig, 'server' | 'caPem' | 'serverName' | 'proxyUrl' | 'insecureSkipTlsVerify'>
  readonly topology: Topology
}

/** The token of the member's ServiceAccount; when `renewal` is there, the operator renews it. */
export interface MemberToken {
  readonly token: string
  readonly renewal?: {
    /** `namespace/name` in the member. */
    readonly account: string
    /** As it was granted. */
    readonly lifetimeSeconds: number
    /** RFC 3339. */
    readonly expires: string
  }
}

const SYSTEM = { [LABEL.system]: 'true' }

/** The namespace of the members' Secrets. */
export const SECRETS_NAMESPACE: KubeObject = {
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: CLUSTER_NAMESPACE, labels: SYSTEM },
}

/** The Secret with which the operator connects, as Karmada's join lays it out. @source spec/behaviour/clusters.md §1.1 */
export function memberSecret({ name, server }: HostWish, { token, renewal }: MemberToken): KubeObject {
  const { caPem, serverName } = server
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name,
      namespace: CLUSTER_NAMESPACE,
      labels: SYSTEM,
      ...(renewal && {
        annotations: {
          [ANNOTATION.tokenServiceAccount]: renewal.account,
          [ANNOTATION.tokenLifetime]: String(renewal.lifetimeSeconds),
          [ANNOTATION.tokenExpires]: renewal.expires,
        },
      }),
    },
    type: 'Opaque',
    data: {
      token: base64(token),
      ...(caPem !== undefined && caPem !== '' && { caBundle: base64(caPem) }),
      ...(serverName !== undefined && { tlsServerName: base64(serverName) }),
    },
  }
}

/** The Cluster. @source spec/behaviour/clusters.md §1.1 */
export function clusterOf({ name, id, server, topology }: HostWish): KubeObject {
  const { labels, ...places } = topology
  return {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    metadata: { name, ...(labels && { labels }) },
    spec: {
      syncMode: 'Push',
      id,
      apiEndpoint: server.server,
      secretRef: { namespace: CLUSTER_NAMESPACE, name },
      ...(server.proxyUrl !== undefined && { proxyURL: server.proxyUrl }),
      ...(server.insecureSkipTlsVerify === true && { insecureSkipTLSVerification: true }),
      ...places,
    },
  }
}

const RENEWAL = [ANNOTATION.tokenServiceAccount, ANNOTATION.tokenLifetime, ANNOTATION.tokenExpires]
/** What an earlier join, or its user, may have written instead. A kubeconfig would win over the token. */
const OTHER_KEYS = ['kubeconfig', 'caBundle', 'tlsServerName']

/**
 * The merge patch that makes a Secret go with its Cluster, and leaves nothing in it of an earlier join with other options.
 *
 * @param secret as it is to be
 */
export function settled(secret: KubeObject, cluster: KubeObject): JsonObject {
  const { apiVersion, kind } = cluster
  const { name, uid } = cluster.metadata
  const owner = { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: false }
  const annotations = absent(RENEWAL, secret.metadata.annotations ?? {})
  const data = absent(OTHER_KEYS, objectAt(secret, 'data') ?? {})
  return { metadata: { ownerReferences: [owner], annotations }, data }
}

/** Null, which takes a member away, for those that are not among the wanted ones. */
function absent(names: readonly string[], wanted: JsonObject): JsonObject {
  return Object.fromEntries(names.filter(name => !Object.hasOwn(wanted, name)).map(name => [name, null]))
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
