import { isSubset } from '../../object/equality.ts'
import { listAt, objectAt, stringAt, valueAt, withoutValueAt, withValueAt } from '../../object/field.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { goStruct } from '../go-json.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'
import { mergeConditions } from '../member-conditions.ts'
import { worstPhase } from '../phase.ts'
import { templateDependencies } from '../pod-dependencies.ts'
import { toReplicas } from '../replica-workload.ts'

/** Worst first; a cluster without a status counts as Pending. */
const PHASES = ['Failed', 'Pending', 'Running', 'Succeeded']

/** Readiness gates of one cluster say nothing of another. */
const CONDITIONS: ReadonlySet<unknown> = new Set(['PodScheduled', 'Initialized', 'ContainersReady', 'Ready'])

/** @source spec/behaviour/status.md §3, §5; propagation.md §9.1 */
export const pod: KindInterpreter = {
  gvk: { group: '', version: 'v1', kind: 'Pod' },
  getReplicas: template => toReplicas(1, template),
  retain,
  isHealthy: observed => {
    const phase = stringAt(observed, 'status', 'phase')
    return phase === 'Succeeded' || (phase === 'Running' && isReady(observed))
  },
  aggregateStatus: (template, items) =>
    items.length === 0 ? template : withValueAt(template, ['status'], aggregate(template, items)),
  getDependencies: template => templateDependencies(template),
}

function isReady(observed: KubeObject): boolean {
  return listAt(observed, 'status', 'conditions').some(
    condition => stringAt(condition, 'type') === 'Ready' && stringAt(condition, 'status') === 'True',
  )
}

/** What the member's scheduler and admission put into a Pod, and what can't change once it is there. */
function retain(desired: KubeObject, observed: KubeObject): KubeObject {
  const withSpec = ['nodeName', 'serviceAccountName', 'volumes'].reduce(
    (pod, field) => copyField(pod, observed, ['spec', field]),
    desired,
  )
  const withTolerations = retainTolerations(withSpec, observed)
  return ['containers', 'initContainers'].reduce((pod, field) => retainMounts(pod, observed, field), withTolerations)
}

/** A Pod can only get more of them; its cluster's own come by admission. */
function retainTolerations(desired: KubeObject, observed: KubeObject): KubeObject {
  const present = listAt(observed, 'spec', 'tolerations')
  if (present.length === 0) return desired
  const isPresent = (wanted: unknown): boolean => present.some(one => isSubset(wanted, one) && isSubset(one, wanted))
  const added = listAt(desired, 'spec', 'tolerations').filter(wanted => !isPresent(wanted))
  return withValueAt(desired, ['spec', 'tolerations'], [...present, ...added])
}

function copyField(desired: KubeObject, observed: KubeObject, path: readonly [string, string]): KubeObject {
  const value = valueAt(observed, ...path)
  return value === undefined ? withoutValueAt(desired, path) : withValueAt(desired, path, value)
}

function retainMounts(desired: KubeObject, observed: KubeObject, field: string): KubeObject {
  const mounts = new Map(listAt(observed, 'spec', field).map(c => [stringAt(c, 'name'), valueAt(c, 'volumeMounts')]))
  const containers = listAt(desired, 'spec', field)
  if (containers.length === 0) return desired
  const retained = containers.map(container => {
    const volumeMounts = mounts.get(stringAt(container, 'name'))
    return isJsonObject(container) && volumeMounts !== undefined ? { ...container, volumeMounts } : container
  })
  return withValueAt(desired, ['spec', field], retained)
}

function aggregate(template: KubeObject, items: readonly AggregatedStatusItem[]): JsonObject {
  return goStruct({
    // Computed from the spec by the apiserver, which puts it back when it is taken away.
    qosClass: stringAt(template, 'status', 'qosClass'),
    phase: worstPhase(items, { phases: PHASES, withoutStatus: 'Pending' }),
    conditions: conditionsOf(items),
    containerStatuses: items.flatMap(item => containerStatuses(item, 'containerStatuses')),
    initContainerStatuses: items.flatMap(item => containerStatuses(item, 'initContainerStatuses')),
  })
}

/** Those of every Pod: Ready when it is in all clusters. What a cluster that is not heard of said last is not known to be so. */
function conditionsOf(items: readonly AggregatedStatusItem[]): readonly JsonObject[] {
  return mergeConditions(items.map(item => (item.health === 'Unknown' ? doubted(item) : item)))
    .filter(({ type }) => CONDITIONS.has(type))
    .map(condition => ({ lastProbeTime: null, ...goStruct(condition) }))
}

function doubted(item: AggregatedStatusItem): AggregatedStatusItem {
  const { status, ...others } = item
  const doubt = (condition: JsonObject): JsonObject =>
    condition['type'] === 'Ready' ? { ...condition, status: 'Unknown' } : condition
  const conditions = listAt(status, 'conditions').filter(isJsonObject).map(doubt)
  return { ...others, ...(status && { status: { ...status, conditions } }) }
}

/** Readiness and state only: containers of several clusters have the same names. The rest is what Go writes for nothing. */
function containerStatuses(item: AggregatedStatusItem, field: string): readonly JsonObject[] {
  return listAt(item.status, field).map(status => ({
    name: '',
    state: objectAt(status, 'state') ?? {},
    lastState: {},
    ready: valueAt(status, 'ready') === true,
    restartCount: 0,
    image: '',
    imageID: '',
  }))
}
