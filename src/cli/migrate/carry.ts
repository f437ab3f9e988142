import type { WorkStatus } from '../../api/generated/work.ts'
import { ANNOTATION, LABEL } from '../../api/names.ts'
import { findCondition } from '../../object/condition.ts'
import { omitFields, valueAt, withoutValueAt, withValueAt } from '../../object/field.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject, ObjectMeta } from '../../object/kube-object.ts'
import { actsOnHost, parked } from '../../parking/park.ts'
import type { ParkedBy } from '../../parking/parking-state.ts'
import { prune } from '../../rendering/prune.ts'
import { formatScheduleRecord, SCHEDULE_RECORD_ANNOTATION } from '../../rendering/schedule-record.ts'
import { formatMark, marked } from './mark.ts'

/** Where objects come from, and who keeps them from running where they go. */
export interface Carriage {
  /** UID of Karmada's namespace kube-system. */
  readonly source: string
  readonly parkedBy: ParkedBy
}

/** Kubernetes' own on every Namespace. */
const NAMESPACE_LABEL = 'kubernetes.io/metadata.name'

/** A policy or another object that is a user's word and nothing more: as it is, without one life's metadata. */
export function carryRule(object: KubeObject, { source }: Pick<Carriage, 'source'>): KubeObject {
  const { status: _status, ...fields } = object
  const carried = { ...fields, apiVersion: object.apiVersion, kind: object.kind, metadata: bareMetadata(object) }
  return marked(carried, { source, uid: object.metadata.uid ?? '' })
}

export function carryNamespace(object: KubeObject, carriage: Pick<Carriage, 'source'>): KubeObject {
  const { spec: _spec, ...fields } = carryRule(object, carriage)
  const labels = omitFields(fields.metadata.labels ?? {}, [NAMESPACE_LABEL])
  return { ...fields, apiVersion: object.apiVersion, kind: object.kind, metadata: { ...fields.metadata, labels } }
}

/**
 * A template as the host gets it: claimed as it is, without what Karmada's apiserver made for itself, and parked from its first
 * moment on, whether a policy selects it or not: one whose policy is gone would run there.
 */
export function carryTemplate(object: KubeObject, { source, parkedBy }: Carriage): KubeObject {
  const pruned = prune(object, [])
  const ttl = valueAt(object, 'spec', 'ttlSecondsAfterFinished')
  const whole = ttl === undefined ? pruned : withValueAt(pruned, ['spec', 'ttlSecondsAfterFinished'], ttl)
  return marked(kept(withoutNulls(whole), parkedBy), { source, uid: object.metadata.uid ?? '' })
}

function kept(object: KubeObject, parkedBy: ParkedBy): KubeObject {
  if (parkedBy === 'nobody' || !actsOnHost(object)) return object
  // The apiserver sets the field of the kind and records the user's own value.
  if (parkedBy === 'apiserver')
    return withValueAt(object, ['metadata', 'labels'], { ...object.metadata.labels, [LABEL.parked]: 'true' })
  return parked(object) ?? object
}

/** A Secret for a token of Karmada's has none of it any more. */
function withoutNulls(object: KubeObject): KubeObject {
  if (object['data'] !== null) return object
  const { data: _data, ...others } = object
  return { ...others, apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata }
}

/**
 * A binding with its targets, its ids, and the outcome of its last scheduling, held: nobody places it before its members are there.
 * Who owns it and which version of the template it is of, the operator finds out.
 */
export function carryBinding(binding: Binding, { source }: Pick<Carriage, 'source'>): Binding {
  const { resource, suspension, rescheduleTriggeredAt, ...spec } = binding.spec
  const { apiVersion, kind, namespace, name } = resource
  const suspended = suspension?.scheduling === true
  const mark = { source, uid: binding.metadata.uid ?? '', held: true, ...(suspended && { suspended }) }
  const { annotations, finalizers, ...metadata } = bareMetadata(binding, ['finalizers'])
  return {
    apiVersion: binding.apiVersion,
    kind: binding.kind,
    metadata: {
      ...metadata,
      ...(finalizers && { finalizers }),
      annotations: { ...annotations, ...recordOf(binding), [ANNOTATION.migration]: formatMark(mark) },
    },
    spec: {
      ...spec,
      resource: { apiVersion, kind, ...(namespace && { namespace }), name },
      suspension: { ...suspension, scheduling: true },
      ...(isPending(binding) && { rescheduleTriggeredAt }),
    },
  }
}

/** The binding as it is once it is let go: for telling what scheduling would make of it. */
export function released(binding: Binding, suspended: boolean): Binding {
  const { suspension, ...spec } = binding.spec
  const { scheduling: _held, ...others } = suspension ?? {}
  const left = suspended ? { ...others, scheduling: true } : others
  return { ...binding, spec: { ...spec, ...(Object.keys(left).length > 0 && { suspension: left }) } }
}

function isPending({ spec, status }: Binding): boolean {
  const [asked, done] = [spec.rescheduleTriggeredAt, status?.lastScheduledTime]
  return asked !== undefined && (done === undefined || Date.parse(asked) > Date.parse(done))
}

/** What Karmada keeps in the status of a binding that it has placed, where the operator keeps it. */
function recordOf({ status, metadata }: Binding): Readonly<Record<string, string>> {
  const scheduled = findCondition(status?.conditions, 'Scheduled')
  const at = status?.lastScheduledTime
  const isPlaced = Boolean(metadata.annotations?.[ANNOTATION.appliedPlacement])
  if (scheduled?.status !== 'True' || at === undefined || !isPlaced) return {}
  const affinityName = status?.schedulerObservingAffinityName
  const { reason, message } = scheduled
  const record = { status: 'True', reason, message, at, ...(affinityName && { affinityName }) } as const
  return { [SCHEDULE_RECORD_ANNOTATION]: formatScheduleRecord(record) }
}

/** A Work with its id, its manifest as the member has it, and what the member reported. */
export function carryWork(work: Work, { source }: Pick<Carriage, 'source'>): Work {
  const metadata = bareMetadata(work, ['finalizers'])
  const mark = formatMark({ source, uid: work.metadata.uid ?? '' })
  return {
    apiVersion: work.apiVersion,
    kind: work.kind,
    metadata: { ...metadata, annotations: { ...metadata.annotations, [ANNOTATION.migration]: mark } },
    spec: work.spec,
    ...(work.status && { status: reported(work.status) }),
  }
}

/** Nobody of the host looks at a member yet: failover must not act on what was unhealthy once. */
function reported(status: WorkStatus): WorkStatus {
  const { manifestStatuses } = status
  if (manifestStatuses === undefined) return status
  const known = manifestStatuses.map(each =>
    each.health === 'Unhealthy' ? { ...each, health: 'Unknown' as const } : each,
  )
  return { ...status, manifestStatuses: known }
}

/** Taints by which Karmada itself says that a cluster is not ready are the operator's to set. */
const AUTOMATIC_TAINTS = ['cluster.karmada.io/not-ready', 'cluster.karmada.io/unreachable']

export function carryCluster(cluster: Cluster, carriage: Pick<Carriage, 'source'>): KubeObject {
  const taints = (cluster.spec.taints ?? []).filter(({ key }) => !AUTOMATIC_TAINTS.includes(key))
  const { taints: _taints, ...spec } = cluster.spec
  return carryRule({ ...cluster, spec: { ...spec, ...(taints.length > 0 && { taints }) } }, carriage)
}

function bareMetadata(object: KubeObject, also: readonly ('finalizers' | 'labels')[] = []): ObjectMeta {
  const { name, namespace, labels, annotations } = object.metadata
  const extra = Object.fromEntries(
    also.flatMap(field => (object.metadata[field] ? [[field, object.metadata[field]]] : [])),
  )
  return {
    name,
    ...(namespace && { namespace }),
    ...(labels && { labels }),
    ...(annotations && { annotations }),
    ...extra,
  }
}

/** What of an object has to be there again for it to be the same: all but the mark and the status. */
export function contentOf(object: KubeObject): KubeObject {
  const { status: _status, ...fields } = object
  const bare = { ...fields, apiVersion: object.apiVersion, kind: object.kind, metadata: bareMetadata(object) }
  return withoutValueAt(
    { ...bare, metadata: { ...bare.metadata, annotations: omitFields(bare.metadata.annotations ?? {}, OURS) } },
    ['metadata', 'labels', LABEL.parked],
  )
}

const OURS = [ANNOTATION.migration, ANNOTATION.parkedFields]
