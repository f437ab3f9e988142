import type { ClusterSpec } from '../api/generated/cluster.ts'
import { ConnectionError, type MemberConnection, resolveConnection, type SecretData } from '../members/connection.ts'
import { stringsAt } from '../object/field.ts'
import type { Cluster } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { printable } from '../object/printable.ts'
import type { Informer } from '../runtime/informer.ts'
import type { Lister } from '../runtime/lister.ts'

/**
 * The Secrets that clusters may refer to: a watch cache for each permitted namespace. Whoever may create a Cluster would
 * otherwise read any Secret of the host (design.md, "Seams").
 */
export type ClusterSecrets = ReadonlyMap<string, Pick<Informer, 'get' | 'synced'>>

type SecretReference = NonNullable<ClusterSpec['secretRef']>

/**
 * The Secret that a cluster names.
 *
 * @throws ConnectionError when it names none, or one where it must not.
 */
export function secretReference(cluster: Cluster, secrets: ClusterSecrets): SecretReference {
  const reference = cluster.spec.secretRef
  if (reference === undefined)
    throw new ConnectionError('SecretRefMissing', 'spec.secretRef is not set: it names the Secret to connect with')
  if (!secrets.has(reference.namespace)) {
    const permitted = [...secrets.keys()].join(', ')
    throw new ConnectionError(
      'SecretNamespaceForbidden',
      `spec.secretRef must not point into namespace ${printable(reference.namespace)}, only into: ${permitted}`,
    )
  }
  return reference
}

/**
 * How to connect to a Push cluster.
 *
 * @param secret the one that {@link secretReference} names; undefined when it does not exist.
 * @throws ConnectionError telling what to mend.
 */
export function connectionOf(cluster: Cluster, secret: KubeObject | undefined): MemberConnection {
  if (secret === undefined) {
    const { namespace, name } = cluster.spec.secretRef ?? {}
    throw new ConnectionError(
      'SecretNotFound',
      `Secret ${printable(`${namespace}/${name}`)} of spec.secretRef does not exist`,
    )
  }
  const data: SecretData = stringsAt(secret, 'data')
  return resolveConnection(cluster.metadata.name, cluster.spec, data)
}

/**
 * @returns why there is no connection to a Push cluster, for its condition; undefined when nothing stands in the way and it
 *   is only a matter of time. An agent needs no Secret for the cluster that it is in.
 */
export function whyUnconnected(cluster: Cluster, secrets: ClusterSecrets): ConnectionError | undefined {
  if (cluster.spec.syncMode === 'Pull') return undefined
  try {
    const { namespace, name } = secretReference(cluster, secrets)
    const informer = secrets.get(namespace)
    if (informer?.synced === true) connectionOf(cluster, informer.get({ namespace, name }))
    return undefined
  } catch (error) {
    if (error instanceof ConnectionError) return error
    throw error
  }
}

/** The names of the clusters whose spec.secretRef names a Secret. */
export function clustersNaming(clusters: Lister<Cluster>, { metadata }: KubeObject): readonly string[] {
  const names = ({ spec }: Cluster): boolean =>
    spec.secretRef?.name === metadata.name && spec.secretRef.namespace === metadata.namespace
  return clusters.list().flatMap(cluster => (names(cluster) ? [cluster.metadata.name] : []))
}
