import type { Cluster } from '../../object/karmada-objects.ts'
import type { IdentityConflict } from './diagnosis.ts'

export interface IdentityInput {
  readonly cluster: Cluster
  /** UID of the member's kube-system namespace. */
  readonly id: string
  /** All clusters, this one among them. */
  readonly clusters: readonly Cluster[]
  /** What another cluster is by its own word, which may be a lie: as read through its connection, else its spec.id. */
  readonly idOf: (cluster: Cluster) => string | undefined
  /** UID of the host's own kube-system namespace; undefined while it is not known. */
  readonly hostId: string | undefined
}

/**
 * Whether a member is the host itself, or joined already under another name: the same objects would then be written twice
 * with different contents, without end.
 *
 * An id is whose spec.id has it, noted when that member came into use: a member that answers with the id of another one takes
 * itself out of use, not the other one. Such a note holds while its own member answers with another id, or not at all.
 *
 * @returns what stands against using it; undefined when all is well. Of several clusters that have the id noted, or of
 *   several when none has, the oldest stays, of those of one second the first by name.
 * @source spec/behaviour/clusters.md §1.1 refuses a second one with the id; who stays is Flotilla's own rule
 */
export function identityConflict(input: IdentityInput): IdentityConflict | undefined {
  const { cluster, id, clusters, idOf, hostId } = input
  if (id === hostId) return { type: 'host' }
  const hasNoted = ({ spec }: Cluster): boolean => spec.id === id
  const byRight = (a: Cluster, b: Cluster): number => Number(hasNoted(b)) - Number(hasNoted(a)) || byAge(a, b)
  const mayBeIt = (other: Cluster): boolean => idOf(other) === id || (hasNoted(other) && !hasNoted(cluster))
  const [owner] = clusters
    .filter(other => other.metadata.name !== cluster.metadata.name)
    .filter(other => mayBeIt(other) && byRight(other, cluster) < 0)
    .sort(byRight)
  return owner && { type: 'duplicate', of: owner.metadata.name, id }
}

function byAge({ metadata: a }: Cluster, { metadata: b }: Cluster): number {
  const [created, other] = [a.creationTimestamp ?? '', b.creationTimestamp ?? '']
  if (created !== other) return created < other ? -1 : 1
  return a.name === b.name ? 0 : a.name < b.name ? -1 : 1
}
