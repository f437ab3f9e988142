import { findCondition } from '../../object/condition.ts'
import { listAt, numberAt, stringAt } from '../../object/field.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'

/** In a few words how any object stands; '' where it tells nothing. */
export function stateOf(object: KubeObject): string {
  if (object.metadata.deletionTimestamp !== undefined) {
    const waits = (object.metadata.finalizers ?? []).join(', ')
    return waits === '' ? 'Deleting' : `Deleting, waits for ${waits}`
  }
  if (object.kind === 'Pod') return podState(object)
  return replicasState(object) ?? conditionState(object) ?? stringAt(object, 'status', 'phase') ?? ''
}

/** As kubectl's column STATUS: what a container waits for or ended with comes before the phase. */
function podState(pod: KubeObject): string {
  const containers = [...listAt(pod, 'status', 'initContainerStatuses'), ...listAt(pod, 'status', 'containerStatuses')]
  const reasons = containers.flatMap(
    container =>
      stringAt(container, 'state', 'waiting', 'reason') ?? stringAt(container, 'state', 'terminated', 'reason') ?? [],
  )
  const reason = reasons.find(text => text !== 'Completed' && text !== 'PodInitializing')
  return reason ?? stringAt(pod, 'status', 'phase') ?? ''
}

function replicasState(object: KubeObject): string | undefined {
  const wanted = numberAt(object, 'spec', 'replicas') ?? numberAt(object, 'status', 'desiredNumberScheduled')
  if (wanted !== undefined) {
    const ready = numberAt(object, 'status', 'readyReplicas') ?? numberAt(object, 'status', 'numberReady') ?? 0
    return `${ready}/${wanted} ready`
  }
  const completions = numberAt(object, 'spec', 'completions')
  return completions === undefined ? undefined : `${numberAt(object, 'status', 'succeeded') ?? 0}/${completions} done`
}

const TELLING = ['Ready', 'Available', 'Established', 'Complete']

function conditionState(object: KubeObject): string | undefined {
  const conditions = listAt(object, 'status', 'conditions')
  for (const type of TELLING) {
    const found = conditions.find(condition => stringAt(condition, 'type') === type)
    const status = stringAt(found, 'status')
    if (status === 'True') return type
    if (status !== undefined) return `not ${type}: ${stringAt(found, 'reason') ?? status}`
  }
  return undefined
}

/** Whether it has a place, and is everywhere. */
export function bindingState(binding: Binding): string {
  if (binding.metadata.deletionTimestamp !== undefined) return stateOf(binding)
  const scheduled = findCondition(binding.status?.conditions, 'Scheduled')
  const applied = findCondition(binding.status?.conditions, 'FullyApplied')
  const parts = [
    scheduled === undefined ? [] : scheduled.status === 'True' ? 'Scheduled' : `not scheduled: ${scheduled.reason}`,
    applied === undefined ? [] : applied.status === 'True' ? 'FullyApplied' : 'not everywhere',
  ]
  return parts.flat().join(', ')
}

/** Whether the member has it, and how it does there. */
export function workState(work: Work): string {
  if (work.metadata.deletionTimestamp !== undefined) return stateOf(work)
  if (work.spec.suspendDispatching === true) return 'suspended'
  const applied = findCondition(work.status?.conditions, 'Applied')
  if (applied === undefined) return 'not tried yet'
  if (applied.status !== 'True') return 'not applied'
  const health = work.status?.manifestStatuses?.[0]?.health
  return health === undefined ? 'Applied' : `Applied, ${health}`
}
