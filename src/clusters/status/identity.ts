import type { Cluster } from '../../object/karmada-objects.ts'

export interface IdentityInput {
  readonly cluster: Cluster
  /** UID of the member's kube-system namespace. */
  readonly id: string
  /** All clusters, this one among them. */
  readonly clusters: readonly Cluster[]
  /** UID of the host's own kube-system namespace; undefined while it is not known. */
  readonly hostId: string | undefined
}

/**
 * Whether a member is the host itself, or joined already under another name: the same objects would then be written twice
 * with different contents, without end.
 *
 * @returns what to tell the user; undefined when all is well. Of two clusters with one id the older stays.
 * @source spec/behaviour/clusters.md §1.1
 */
export function identityConflict({ cluster, id, clusters, hostId }: IdentityInput): string | undefined {
  if (id === hostId) return 'this is the host cluster itself, which cannot be its own member'
  const older = clusters.find(other => other.spec.id === id && isOlder(other, cluster))
  return (
    older && `this is the same cluster as ${older.metadata.name} (spec.id ${id}): a cluster can be joined only once`
  )
}

function isOlder({ metadata: a }: Cluster, { metadata: b }: Cluster): boolean {
  const [created, other] = [a.creationTimestamp ?? '', b.creationTimestamp ?? '']
  return created === other ? a.name < b.name : created < other
}
