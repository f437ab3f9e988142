import { FIELD_MANAGER } from '../api/names.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { type ForeignField, foreignFields } from './foreign-fields.ts'

/** A member object as our caches keep it. */
export interface ManagedObject extends KubeObject {
  /** What others set outside metadata and status (foreign-fields.ts); absent when there is nothing. */
  readonly flotillaForeignFields?: readonly ForeignField[]
  /**
   * The managedFields have an entry of ours. Then what we wrote and nobody else holds is as the member stored it; without it
   * nothing can be told from who holds what.
   */
  readonly flotillaHolds?: true
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
  const isHeld = managedFields.some(entry => entry.manager === FIELD_MANAGER && entry.subresource === undefined)
  return {
    ...object,
    metadata,
    ...(foreign.length > 0 && { flotillaForeignFields: foreign }),
    ...(isHeld && { flotillaHolds: true }),
  }
}
