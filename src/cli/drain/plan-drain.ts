import type { GracefulEvictionTask, TargetCluster } from '../../api/generated/resource-binding.ts'
import type { Binding, Cluster } from '../../object/karmada-objects.ts'
import { scheduledCondition } from '../../scheduling/outcome.ts'
import { schedule } from '../../scheduling/schedule.ts'
import { isOurs } from '../../scheduling/when.ts'

/** What draining a cluster means for one binding. */
export type DrainStep =
  /** It leaves; `to` may take what it has there. */
  | { readonly type: 'leave'; readonly binding: Binding; readonly to: readonly string[] }
  /** Nothing else can take it. */
  | { readonly type: 'stay'; readonly binding: Binding; readonly why: string }

export interface DrainContext {
  readonly cluster: string
  /** Without the cluster that is drained: it is to be cordoned first. */
  readonly clusters: readonly Cluster[]
  /** RFC 3339. */
  readonly now: string
}

const PRODUCER = 'flotilla-drain'

/** Whether a binding has something in a cluster, or is about to take it away from there. */
export function isIn({ spec }: Binding, cluster: string): boolean {
  return isTarget({ spec }, cluster) || isLeaving({ spec }, cluster)
}

export function isTarget({ spec }: Pick<Binding, 'spec'>, cluster: string): boolean {
  return spec.clusters?.some(({ name }) => name === cluster) === true
}

export function isLeaving({ spec }: Pick<Binding, 'spec'>, cluster: string): boolean {
  return spec.gracefulEvictionTasks?.some(({ fromCluster }) => fromCluster === cluster) === true
}

/** What becomes of a binding that has a cluster among its targets, by the operator's own scheduler. */
export function planDrain(binding: Binding, { cluster, clusters, now }: DrainContext): DrainStep {
  const left = leaving(binding, cluster, now)
  if (!isOurs(left, left.spec.schedulerName)) {
    return {
      type: 'stay',
      binding,
      why: 'nothing places it: scheduling is suspended, its policy is gone, or another scheduler does it',
    }
  }
  const { outcome, targets } = schedule({ binding: left, clusters })
  const others = targets.map(({ name }) => name)
  if (outcome.type === 'success' && others.length > 0) return { type: 'leave', binding, to: others }
  const why = outcome.type === 'success' ? 'its policy places it nowhere else' : scheduledCondition(outcome).message
  return { type: 'stay', binding, why }
}

/** A binding without the cluster among its targets, and with a task that takes its copy there when others are healthy. */
export function leaving(binding: Binding, cluster: string, now: string): Binding {
  const { clusters = [], gracefulEvictionTasks = [] } = binding.spec
  const tasks = isLeaving(binding, cluster)
    ? gracefulEvictionTasks
    : [...gracefulEvictionTasks, taskFor(clusters, cluster, now)]
  const spec = {
    ...binding.spec,
    clusters: clusters.filter(({ name }) => name !== cluster),
    gracefulEvictionTasks: tasks,
  }
  return { ...binding, spec }
}

function taskFor(clusters: readonly TargetCluster[], cluster: string, now: string): GracefulEvictionTask {
  const { replicas } = clusters.find(({ name }) => name === cluster) ?? {}
  return {
    fromCluster: cluster,
    purgeMode: 'Gracefully',
    ...(replicas !== undefined && replicas > 0 && { replicas }),
    reason: 'Drained',
    message: `Somebody drains cluster ${cluster}.`,
    producer: PRODUCER,
    creationTimestamp: now,
  }
}

/** A template as people name it: `Deployment shop/web`. */
export function templateOf({ spec }: Binding): string {
  const { kind, namespace, name } = spec.resource
  return `${kind} ${namespace ? `${namespace}/` : ''}${name}`
}

/** Targets as people read them: `member2 (3), member3 (1)`. */
export function formatTargets(clusters: readonly TargetCluster[] | undefined): string {
  const parts = (clusters ?? []).map(({ name, replicas }) => (replicas ? `${name} (${replicas})` : name))
  return parts.length === 0 ? 'nowhere' : parts.join(', ')
}
