import { findCondition } from '../../object/condition.ts'
import { stringAt } from '../../object/field.ts'
import type { Binding } from '../../object/karmada-objects.ts'
import { type ClusterDecision, type Decision, decisionOf } from './decision.ts'
import { subjectName } from './find-policy.ts'
import type { Finding, Observed } from './observed.ts'

/** Names in one sentence; more help nobody. */
const MOST_NAMES = 5

/** What keeps a binding from a place, and what it does on the host or leaves. */
export function findPlace(observed: Observed, binding: Binding): readonly Finding[] {
  return [...findHeld(binding), ...findUnscheduled(observed, binding), ...findLeaving(binding)]
}

function findHeld({ metadata, spec, status }: Binding): readonly Finding[] {
  const running = findCondition(status?.conditions, 'HostWorkloadRunning')
  const halted = findCondition(status?.conditions, 'EvictionHalted')
  return [
    ...(halted?.status === 'True'
      ? [
          {
            level: 'cause' as const,
            code: 'EvictionHalted',
            message: `It should leave a member, and the brake keeps it: ${halted.message}`,
            remedy: 'The message says how to go on; see docs/reference/failover.md.',
          },
        ]
      : []),
    ...(running?.status === 'True'
      ? [
          {
            level: 'cause' as const,
            code: 'HostCopy',
            message: `It runs on the host as well: ${running.message}`,
            remedy:
              'Move it with the annotation flotilla.dev/promote=true on the template; see docs/reference/host.md.',
          },
        ]
      : []),
    ...(spec.suspension?.scheduling === true
      ? [
          {
            level: 'cause' as const,
            code: 'Suspended',
            message: 'Its scheduling is suspended (spec.suspension.scheduling): it stays where it is.',
            remedy: 'Set it to false in the policy (spec.suspension) or the binding, whoever suspended it.',
          },
        ]
      : []),
    ...(metadata.deletionTimestamp === undefined
      ? []
      : [
          {
            level: 'wait' as const,
            code: 'BindingGoes',
            message: `Its binding is being deleted, and waits for: ${(metadata.finalizers ?? []).join(', ') || 'nothing any more'}.`,
          },
        ]),
  ]
}

function findUnscheduled(observed: Observed, binding: Binding): readonly Finding[] {
  const scheduled = findCondition(binding.status?.conditions, 'Scheduled')
  const decision = decisionOf(binding)
  if (scheduled === undefined && decision === undefined) return isAwaited(binding) ? [NOT_YET] : []
  const reason = decision?.result ?? scheduled?.reason ?? ''
  const isPlaced = scheduled === undefined ? reason === 'Success' : scheduled.status === 'True'
  if (isPlaced) return findNoReplicas(binding)
  return [whyNotScheduled(observed, binding, { reason, message: scheduled?.message ?? decision?.message ?? '' })]
}

/** What only goes along with others is not placed by itself. */
function isAwaited({ spec }: Binding): boolean {
  const isPlaced = (spec.clusters ?? []).length > 0 || (spec.requiredBy ?? []).length > 0
  return !isPlaced && spec.suspension?.scheduling !== true && spec.placement !== undefined
}

const NOT_YET: Finding = {
  level: 'wait',
  code: 'NotScheduled',
  message: 'Nobody has placed it yet.',
  remedy: 'If it stays so: spec.schedulerName of its binding names who is to do it.',
}

function findNoReplicas({ spec }: Binding): readonly Finding[] {
  if ((spec.clusters ?? []).length > 0 || (spec.requiredBy ?? []).length > 0) return []
  const message = `It is scheduled and has no cluster${spec.replicas === 0 ? ': it has no replicas' : ''}.`
  return [{ level: spec.replicas === 0 ? 'note' : 'cause', code: 'NoTargets', message }]
}

interface Failure {
  readonly reason: string
  readonly message: string
}

function whyNotScheduled(observed: Observed, binding: Binding, { reason, message }: Failure): Finding {
  const what = subjectName(observed.subject)
  const stays = (binding.spec.clusters ?? []).length > 0 ? ' What is placed already stays.' : ''
  if (reason !== 'NoClusterFit') {
    const room = reason === 'Unschedulable'
    return {
      level: 'cause',
      code: room ? 'NoRoom' : reason || 'NotScheduled',
      message: `${what} cannot be placed: ${message}${message.endsWith('.') ? '' : '.'}${stays}`,
      remedy: room
        ? 'Free room in members, look at ResourceQuotas there, ask for less, or let the placement name more clusters.'
        : 'What is missing stands in the message; it is tried again by itself.',
    }
  }
  return noClusterFit(what, decisionOf(binding), message)
}

/** The filters from the one that most clearly is meant to keep clusters out to those that nobody wants. */
const FILTERS: readonly {
  readonly plugin: string
  readonly code: string
  readonly words: (clusters: readonly string[]) => string
  readonly remedy: string
}[] = [
  {
    plugin: 'TaintToleration',
    code: 'Taint',
    words: names =>
      `${listNames(names)} ${names.length === 1 ? 'has a taint' : 'have taints'} that the placement does not tolerate`,
    remedy: 'Add a clusterTolerations entry to the placement, or take the taint off: kubectl edit cluster NAME.',
  },
  {
    plugin: 'APIEnablement',
    code: 'MissingApi',
    words: names => `${listNames(names)} ${names.length === 1 ? 'does' : 'do'} not serve its kind`,
    remedy: 'Install its CRD in the member, or propagate the CRD first.',
  },
  {
    plugin: 'ClusterEviction',
    code: 'Evicted',
    words: names => `it is being evicted from ${listNames(names)}`,
    remedy: 'Wait until the eviction is over, or let the placement name other clusters.',
  },
  {
    plugin: 'SpreadConstraint',
    code: 'NoClusterFits',
    words: names => `${listNames(names)} ${names.length === 1 ? 'lacks' : 'lack'} what the spread constraints go by`,
    remedy: 'Give the Cluster the region, zone, provider or label that spreadConstraints name.',
  },
  {
    plugin: 'WorkloadAffinity',
    code: 'NoClusterFits',
    words: names => `${listNames(names)} ${names.length === 1 ? 'does' : 'do'} not have the others of its group`,
    remedy: 'Let the others of its affinity group be placed first.',
  },
  {
    plugin: 'WorkloadAntiAffinity',
    code: 'NoClusterFits',
    words: names => `${listNames(names)} ${names.length === 1 ? 'has' : 'have'} one of its anti-affinity group already`,
    remedy: 'Let the placement name more clusters.',
  },
]

/**
 * Clusters that the placement does not mean are no cause as long as it means others: of those that are left, what keeps the
 * most of them out is named first.
 */
function noClusterFit(what: string, decision: Decision | undefined, message: string): Finding {
  const meant = (decision?.clusters ?? []).filter(({ rejected }) => rejected['ClusterAffinity'] === undefined)
  const all = decision?.clusters.length ?? 0
  if (meant.length === 0) {
    return {
      level: 'cause',
      code: all === 0 ? 'NoClusters' : 'NoClusterMatches',
      message:
        all === 0
          ? `${what} has no place: ${message || 'there are no clusters'}`
          : `No cluster matches the placement of ${what}: its cluster affinity means none of the ${all}.`,
      remedy: 'Correct spec.placement.clusterAffinity of the policy, or name and label the Clusters accordingly.',
    }
  }
  const [cause, ...others] = FILTERS.map(filter => ({ ...filter, clusters: rejectedBy(meant, filter.plugin) }))
    .filter(({ clusters }) => clusters.length > 0)
    .toSorted((a, b) => b.clusters.length - a.clusters.length)
  if (cause === undefined) return { level: 'cause', code: 'NoClusterFits', message: `${what} has no place: ${message}` }
  const rest = others.map(({ words, clusters }) => words(clusters.map(({ name }) => name)))
  const details = cause.clusters.map(({ name, rejected }) => `${name}: ${rejected[cause.plugin]}`).slice(0, MOST_NAMES)
  return {
    level: 'cause',
    code: cause.code,
    message: `No cluster takes ${what}: ${cause.words(cause.clusters.map(({ name }) => name))} (${details.join('; ')})${rest.map(words => `; ${words}`).join('')}.`,
    remedy: cause.remedy,
  }
}

function rejectedBy(clusters: readonly ClusterDecision[], plugin: string): readonly ClusterDecision[] {
  return clusters.filter(({ rejected }) => rejected[plugin] !== undefined)
}

/** `a, b and c`; of many the first, and how many more. */
export function listNames(names: readonly string[]): string {
  if (names.length > MOST_NAMES) {
    return `${names.slice(0, MOST_NAMES).join(', ')} and ${names.length - MOST_NAMES} more`
  }
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

function findLeaving({ spec }: Binding): readonly Finding[] {
  return (spec.gracefulEvictionTasks ?? []).map(task => {
    const left = task.purgeMode === 'Never' ? 'It stays there.' : 'It goes there when its replacement is healthy.'
    return {
      level: 'wait',
      code: 'Evicting',
      cluster: task.fromCluster,
      message: `It is being evicted from ${task.fromCluster}: ${task.reason}${stringAt(task, 'message') ? `, ${task.message}` : ''}. ${left}`,
    }
  })
}
