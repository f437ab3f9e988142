import type { ApiEnablement } from '../../api/generated/cluster.ts'
import type { DesiredCondition } from '../../object/condition.ts'

/** What a member serves, as its discovery gave it; anything in it may be wrong. */
export interface ServedGroupVersion {
  readonly groupVersion: string
  readonly resources: readonly { readonly name: string; readonly kind: string }[]
}

/** A member cannot make a Cluster grow without end: etcd refuses objects above 1.5 MiB. */
const MAX_RESOURCES = 5000
const MAX_NAME_LENGTH = 253

/**
 * The apiEnablements of a cluster: every served version, sorted, with its resources sorted by name; subresources dropped.
 *
 * @param served all group-versions that discovery answered for, in any order.
 * @param complete false when part of discovery failed.
 * @source spec/behaviour/clusters.md §2 rule 5
 */
export function summariseApis(
  served: readonly ServedGroupVersion[],
  complete: boolean,
): { readonly apiEnablements: readonly ApiEnablement[]; readonly condition: DesiredCondition } {
  const wellFormed = served.filter(({ groupVersion }) => isName(groupVersion)).map(withoutSubresources)
  const apiEnablements = truncate(wellFormed.sort((a, b) => compare(a.groupVersion, b.groupVersion)))
  return {
    apiEnablements,
    condition: completeness(apiEnablements, complete && apiEnablements.length === served.length),
  }
}

function withoutSubresources({ groupVersion, resources }: ServedGroupVersion): ApiEnablement {
  const kept = resources.filter(({ name, kind }) => isName(name) && isName(kind) && !name.includes('/'))
  return {
    groupVersion,
    resources: kept.map(({ name, kind }) => ({ name, kind })).sort((a, b) => compare(a.name, b.name)),
  }
}

function truncate(enablements: readonly ApiEnablement[]): readonly ApiEnablement[] {
  let room = MAX_RESOURCES
  return enablements.filter(({ resources = [] }) => {
    room -= resources.length + 1
    return room >= 0
  })
}

/** Condition CompleteAPIEnablements. @source spec/behaviour/clusters.md §2 rule 5 */
export function completeness(enablements: readonly ApiEnablement[], complete: boolean): DesiredCondition {
  const type = 'CompleteAPIEnablements'
  if (enablements.length === 0) {
    return { type, status: 'False', reason: 'Empty', message: 'collected empty APIEnablements from the cluster' }
  }
  return complete
    ? { type, status: 'True', reason: 'Complete', message: 'collected complete APIEnablements from the cluster' }
    : { type, status: 'False', reason: 'Partial', message: 'might collect partial APIEnablements from the cluster' }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH
}

function compare(a: string, b: string): number {
  if (a === b) return 0
  return a < b ? -1 : 1
}
