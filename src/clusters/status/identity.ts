import type { Cluster } from '../../object/karmada-objects.ts'
import type { IdentityConflict } from './diagnosis.ts'

export interface IdentityInput {
  readonly cluster: Cluster
  /** UID of the member's kube-system namespace. */
  readonly id: string
  /** All clusters, this one among them. */
  readonly clusters: readonly Cluster[]
  /** What is known of the identity of another cluster: read through its connection, else its spec.id. */
  readonly idOf: (cluster: Cluster) => string | undefined
  /** UID of the host's own kube-system namespace; undefined while it is not known. */
  readonly hostId: string | undefined
}

/**
 * Whether a member is the host itself, or joined already under another name: the same objects would then be written twice
 * with different contents, without end.
 *
 * @returns what stands against using it; undefined when all is well. Of several clusters with one id the oldest stays, of
 *   those of one second the first by name.
 * @source spec/behaviour/clusters.md §1.1
 */
export function identityConflict(input: IdentityInput): IdentityConflict | undefined {
  const { cluster, id, clusters, idOf, hostId } = input
  if (id === hostId) return { type: 'host' }
  const [oldest] = clusters.filter(other => idOf(other) === id && isOlder(other, cluster)).sort(byAge)
  return oldest && { type: 'duplicate', of: oldest.metadata.name, id }
}

function isOlder(a: Cluster, b: Cluster): boolean {
  return byAge(a, b) < 0
}

function byAge({ metadata: a }: Cluster, { metadata: b }: Cluster): number {
  const [created, other] = [a.creationTimestamp ?? '', b.creationTimestamp ?? '']
  if (created !== other) return created < other ? -1 : 1
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1
}
