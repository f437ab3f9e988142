import { CLUSTER_NAMESPACE, OPERATOR_NAMESPACE } from '../../api/names.ts'
import type { Impersonation, ServerConfig } from '../../kube/server-config.ts'
import { ConnectionError, resolveConnection } from '../../members/connection.ts'
import { stringsAt } from '../../object/field.ts'
import type { Cluster } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'

/** Namespaces in which Secrets of members lie: the same that the operator reads. */
const SECRET_NAMESPACES: readonly string[] = [CLUSTER_NAMESPACE, OPERATOR_NAMESPACE]

/** A Secret that a Cluster names. */
export interface SecretReference {
  readonly namespace: string
  readonly name: string
}

/**
 * The Secret to ask a member with: one that is made for impersonation is taken before the operator's own, as long as the user
 * is to be impersonated.
 *
 * @throws ConnectionError when the Cluster names none, or one where it must not.
 */
export function secretOf({ spec }: Cluster, who: Impersonation | undefined): SecretReference {
  const reference = (who === undefined ? undefined : spec.impersonatorSecretRef) ?? spec.secretRef
  if (reference === undefined) {
    const message =
      spec.syncMode === 'Pull'
        ? 'it is in Pull mode: the host has no way to it. Ask it with a kubeconfig of its own'
        : 'spec.secretRef of its Cluster is not set: it names the Secret to connect with'
    throw new ConnectionError('SecretRefMissing', message)
  }
  if (SECRET_NAMESPACES.includes(reference.namespace)) return reference
  const permitted = SECRET_NAMESPACES.join(', ')
  const message = `spec.secretRef of its Cluster points into namespace ${reference.namespace}, not into one of: ${permitted}`
  throw new ConnectionError('SecretNamespaceForbidden', message)
}

/**
 * How to reach a member, by the code that the operator does it with.
 *
 * @throws ConnectionError telling what to mend.
 */
export function memberConfig(cluster: Cluster, secret: KubeObject, who: Impersonation | undefined): ServerConfig {
  const { config, token } = resolveConnection(cluster.metadata.name, cluster.spec, stringsAt(secret, 'data'))
  return {
    ...config,
    ...(token !== undefined && { token: { type: 'static', token } }),
    ...(who !== undefined && { impersonate: who }),
  }
}
