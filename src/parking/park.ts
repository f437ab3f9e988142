import { ANNOTATION, LABEL } from '../api/names.ts'
import { listAt, numberAt, objectAt, stringAt, valueAt, withValueAt } from '../object/field.ts'
import type { JsonObject, KubeObject } from '../object/kube-object.ts'
import { mergePatch } from '../object/merge-patch.ts'
import { fieldName, type Mechanism, mechanismsOf, type ParkableKind, parkableKind } from './mechanisms.ts'
import { gatesAt, isParkedBy, unparked } from './record.ts'

/** Whether an object is parked: nothing of it runs on the host, and its status is the fleet's. */
export function isParked({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.labels?.[LABEL.parked] === 'true'
}

/** Whether the user keeps an object for the host alone. */
export function isLocal({ metadata }: Pick<KubeObject, 'metadata'>): boolean {
  return metadata.labels?.[LABEL.local] === 'true'
}

/** Whether what parks an object is a field that the apiserver lets nobody change. */
export function isParkedForGood(object: KubeObject): boolean {
  const kind = parkableKind(object)
  if (kind === undefined || kind.later === kind.atCreation || kind.atCreation.type !== 'scalar') return false
  return isParkedBy(object, kind.atCreation)
}

/** Whether an object of that kind would do something on the host, unless it is parked. */
export function actsOnHost(object: KubeObject): boolean {
  const kind = parkableKind(object)
  return kind !== undefined && appliesTo(kind, object)
}

/**
 * An object as it is parked now that it exists: the field by which its kind can still be parked, the record of the user's
 * own value, and the label. The apiserver's own policies do the same when an object is made.
 *
 * @returns undefined for what is parked already (by label and field), and where the field can be set at creation only.
 */
export function parked(object: KubeObject): KubeObject | undefined {
  const kind = parkableKind(object)
  if (kind === undefined || !appliesTo(kind, object)) return undefined
  if (mechanismsOf(kind).some(mechanism => isParkedBy(object, mechanism))) {
    return isParked(object) ? undefined : withLabel(object)
  }
  return kind.later && withLabel(withField(withRecord(object, kind.later), kind.later))
}

/**
 * The merge patch that parks an object.
 *
 * @returns undefined when there is nothing to do, or nothing that can be done.
 */
export function parkingPatch(object: KubeObject): JsonObject | undefined {
  const wanted = parked(object)
  return wanted && mergePatch(object, wanted)
}

/**
 * The merge patch by which an object that its user made local runs on the host again.
 *
 * @returns undefined when nothing parks it any more.
 */
export function unparkingPatch(object: KubeObject): JsonObject | undefined {
  const { parkedFields, retire } = ANNOTATION
  const released = unparked(object)
  const isMarked = isParked(object) || object.metadata.annotations?.[parkedFields] !== undefined
  const annotations = { [parkedFields]: null, [retire]: null }
  const metadata = isMarked ? { metadata: { labels: { [LABEL.parked]: null }, annotations } } : {}
  const patch = { ...mergePatch(object, released), ...metadata }
  return Object.keys(patch).length === 0 ? undefined : patch
}

/**
 * What an object that is not parked already did on the host, in words for its user.
 *
 * @returns undefined when it never had Pods there.
 * @source Kubernetes API reference: the status that each controller writes
 */
export function tracesOnHost(object: KubeObject): string | undefined {
  if (isParked(object)) return undefined
  const trace = Object.hasOwn(TRACES, object.kind) && parkableKind(object) ? TRACES[object.kind] : undefined
  return trace?.(object)
}

type Trace = (object: KubeObject) => string | undefined

const counted =
  (field: string, what: string): Trace =>
  object => {
    const count = numberAt(object, 'status', field) ?? 0
    return count > 0 ? `it has ${count} ${what} there` : undefined
  }

const TRACES: Readonly<Record<string, Trace>> = {
  Deployment: ({ metadata }) =>
    metadata.annotations?.[REVISION] === undefined ? undefined : 'its ReplicaSets were made there',
  StatefulSet: counted('replicas', 'Pods'),
  ReplicaSet: counted('replicas', 'Pods'),
  DaemonSet: counted('currentNumberScheduled', 'Pods'),
  Job: object => (valueAt(object, 'status', 'startTime') === undefined ? undefined : 'it was started there'),
  CronJob: object =>
    listAt(object, 'status', 'active').length > 0 || valueAt(object, 'status', 'lastScheduleTime') !== undefined
      ? 'it has made Jobs there'
      : undefined,
  Pod: object => {
    const node = stringAt(object, 'spec', 'nodeName')
    return node === undefined ? undefined : `it is on node ${node}`
  },
}

/** The deployment controller counts its ReplicaSets by it: without one there was none. */
export const REVISION = 'deployment.kubernetes.io/revision'

function appliesTo({ only, unless }: ParkableKind, object: KubeObject): boolean {
  if (unless !== undefined && valueAt(object, ...unless) !== undefined) return false
  return only === undefined || valueAt(object, ...only.path) === only.value
}

function withLabel(object: KubeObject): KubeObject {
  return withValueAt(object, ['metadata', 'labels'], { ...object.metadata.labels, [LABEL.parked]: 'true' })
}

function withRecord(object: KubeObject, mechanism: Mechanism): KubeObject {
  const record = JSON.stringify({ [fieldName(mechanism)]: ownValue(object, mechanism) })
  const annotations = { ...object.metadata.annotations, [ANNOTATION.parkedFields]: record }
  return withValueAt(object, ['metadata', 'annotations'], annotations)
}

function ownValue(object: KubeObject, mechanism: Mechanism): unknown {
  const value = valueAt(object, ...mechanism.path)
  if (value === undefined) return null
  if (mechanism.type === 'scalar') return value
  return mechanism.type === 'entry' ? {} : []
}

function withField(object: KubeObject, mechanism: Mechanism): KubeObject {
  if (isParkedBy(object, mechanism)) return object
  switch (mechanism.type) {
    case 'scalar':
      return withValueAt(object, mechanism.path, mechanism.value)
    case 'entry': {
      const members = objectAt(object, ...mechanism.path) ?? {}
      return withValueAt(object, mechanism.path, { ...members, [mechanism.key]: mechanism.value })
    }
    case 'gate':
      return withValueAt(object, mechanism.path, [...gatesAt(object, mechanism.path), { name: mechanism.name }])
  }
}
