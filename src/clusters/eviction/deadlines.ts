import { ANNOTATION } from '../../api/names.ts'
import { listAt, numberAt, stringAt } from '../../object/field.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { type Deadline, evictionDeadline } from '../../policy/no-execute.ts'
import type { Toleration } from '../../policy/toleration.ts'
import { defaultToleration, type FailoverSettings } from '../failover-settings.ts'
import { standingTaints } from '../standing-taints.ts'

/** A target cluster that a binding has to leave, now or later. */
export interface LeavingTarget {
  readonly cluster: string
  readonly replicas: number
  readonly deadline: Deadline
}

/**
 * The targets of a binding that it has to leave, and when. Tolerations are those of the placement that was applied last: what a
 * policy says since then counts once it has been scheduled.
 *
 * @returns undefined when nothing was placed yet: the scheduler will, and that comes as a change.
 * @source spec/behaviour/clusters.md §4
 */
export function leavingTargets(
  binding: Binding,
  getCluster: (name: string) => Cluster | undefined,
  settings: FailoverSettings,
): readonly LeavingTarget[] | undefined {
  const tolerations = appliedTolerations(binding)
  if (tolerations === undefined) return undefined
  const byDefault = defaultToleration(settings)
  return (binding.spec.clusters ?? []).flatMap(({ name, replicas = 0 }) => {
    const cluster = getCluster(name)
    const deadline = cluster && evictionDeadline(standingTaints(cluster), tolerations, byDefault)
    return deadline === undefined ? [] : [{ cluster: name, replicas, deadline }]
  })
}

function appliedTolerations({ metadata }: Binding): readonly Toleration[] | undefined {
  const text = metadata.annotations?.[ANNOTATION.appliedPlacement]
  if (!text) return undefined
  try {
    return listAt(JSON.parse(text), 'clusterTolerations').map(tolerationOf)
  } catch {
    return undefined
  }
}

function tolerationOf(value: unknown): Toleration {
  const tolerationSeconds = numberAt(value, 'tolerationSeconds')
  return {
    key: stringAt(value, 'key') ?? '',
    operator: stringAt(value, 'operator') ?? '',
    value: stringAt(value, 'value') ?? '',
    effect: stringAt(value, 'effect') ?? '',
    ...(tolerationSeconds !== undefined && { tolerationSeconds }),
  }
}
