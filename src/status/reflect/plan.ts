import type { ManifestStatus } from '../../api/generated/work.ts'
import { isConditionTrue } from '../../object/condition.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { JsonObject } from '../../object/kube-object.ts'
import { mergePatch } from '../../object/merge-patch.ts'

/**
 * Whether what the member holds is of this Work: before it is applied the object may be somebody else's, and of a Work that
 * goes nobody asks any more.
 *
 * @source spec/behaviour/status.md §1
 */
export function isReflected(work: Work): boolean {
  return work.metadata.deletionTimestamp === undefined && isConditionTrue(work.status?.conditions, 'Applied')
}

/**
 * The merge patch of a Work's status with what the member holds.
 *
 * @param statuses of those manifests of the Work that the member holds
 * @returns undefined when nothing changes. An object that is gone leaves its status: execution makes it anew.
 * @source spec/behaviour/status.md §1
 */
export function planManifestStatuses(work: Work, statuses: readonly ManifestStatus[]): JsonObject | undefined {
  if (statuses.length === 0) return undefined
  return mergePatch(
    { status: { manifestStatuses: work.status?.manifestStatuses } },
    { status: { manifestStatuses: statuses } },
  )
}
