import { FIELD_MANAGER } from '../api/names.ts'
import { absentFields, isTree } from '../object/fields-v1.ts'
import type { KubeObject, ManagedFieldsEntry } from '../object/kube-object.ts'
import { type ForeignField, foreignFields, touchesDeclaredFields } from './foreign-fields.ts'

/** A member object as our caches keep it. */
export interface ManagedObject extends KubeObject {
  /** What others set outside metadata and status (foreign-fields.ts); absent when there is nothing. */
  readonly flotillaForeignFields?: readonly ForeignField[]
  /**
   * The managedFields have an entry of ours, and all others name their fields as this version of the kind does. Then what we wrote
   * and nobody else holds is as the member stored it; without it nothing can be told from who holds what.
   */
  readonly flotillaHolds?: true
  /**
   * What we applied that has no value in the member, as JSON pointers; absent where not all of ours is known to be applied, after a full
   * update for one.
   */
  readonly flotillaVoids?: readonly string[]
}

/**
 * What the informers of a member keep of an object that we manage: all of it, with the managedFields reduced to the
 * foreign fields that they tell of.
 *
 * @source design.md, "Rules of writing" 4; "Seams": caches hold projections
 */
export function projectManagedObject(object: KubeObject): ManagedObject {
  const { managedFields, ...metadata } = object.metadata
  if (managedFields === undefined) return object
  const foreign = foreignFields(object)
  const isHeld = managedFields.some(isOurs) && !managedFields.some(entry => isOfOtherVersion(entry, object))
  const voids = isHeld ? appliedVoids(object, managedFields.filter(isOurs)) : undefined
  return {
    ...object,
    metadata,
    ...(foreign.length > 0 && { flotillaForeignFields: foreign }),
    ...(isHeld && { flotillaHolds: true }),
    ...(voids && { flotillaVoids: voids }),
  }
}

const NONE: readonly string[] = []

function appliedVoids(
  object: KubeObject,
  [entry, ...others]: readonly ManagedFieldsEntry[],
): readonly string[] | undefined {
  const { apiVersion = object.apiVersion, fieldsV1 } = entry ?? {}
  // Of a full update only what is there is noted.
  const isApplied = others.length === 0 && entry?.operation === 'Apply' && apiVersion === object.apiVersion
  if (!isApplied || !isTree(fieldsV1)) return undefined
  const { 'f:metadata': _metadata, ...declared } = fieldsV1
  const voids = absentFields(object, declared)
  return voids.length === 0 ? NONE : voids
}

function isOurs({ manager, subresource }: ManagedFieldsEntry): boolean {
  return manager === FIELD_MANAGER && subresource === undefined
}

/** Whose fields may have another name and place in the version that we see (HorizontalPodAutoscaler autoscaling/v1 and v2). */
function isOfOtherVersion(entry: ManagedFieldsEntry, { apiVersion }: KubeObject): boolean {
  return (
    entry.manager !== FIELD_MANAGER &&
    entry.apiVersion !== undefined &&
    entry.apiVersion !== apiVersion &&
    touchesDeclaredFields(entry)
  )
}
