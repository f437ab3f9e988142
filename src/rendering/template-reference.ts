import type { ObjectReference } from '../api/generated/resource-binding.ts'
import { ANNOTATION } from '../api/names.ts'
import type { Binding } from '../object/karmada-objects.ts'
import type { KubeObject, OwnerReference } from '../object/kube-object.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'

/**
 * A binding belongs to its template.
 *
 * @returns the owners of `existing`, the template first
 * @throws ReconcileError BindingOwnerConflict (backoff) when the binding belongs to another object
 */
export function templateOwner(template: KubeObject, existing: Binding | undefined): readonly OwnerReference[] {
  const { apiVersion, kind, metadata } = template
  const uid = metadata.uid ?? ''
  const others = (existing?.metadata.ownerReferences ?? []).filter(reference => reference.uid !== uid)
  if (others.some(reference => reference.controller === true)) {
    const text = `${existing?.kind} ${existing?.metadata.name} belongs to another object than ${kind} ${metadata.name}`
    throw new ReconcileError('BindingOwnerConflict', `${text}: waiting until it is gone`, { retry: 'backoff' })
  }
  return [{ apiVersion, kind, name: metadata.name, uid, controller: true, blockOwnerDeletion: true }, ...others]
}

/**
 * How a binding names its template. Its resourceVersion, whose change makes all Works be rendered again, moves only when the
 * template changed in what travels.
 *
 * @param digest what templateDigest gives: to be kept in the binding's annotation
 */
export function templateReference(
  template: KubeObject,
  existing: Binding | undefined,
  digest: string,
): ObjectReference {
  const { name, namespace, uid, resourceVersion } = template.metadata
  const before = existing?.spec.resource
  const same = existing?.metadata.annotations?.[ANNOTATION.templateDigest] === digest && before?.uid === uid
  const version = same ? (before?.resourceVersion ?? resourceVersion) : resourceVersion
  return {
    apiVersion: template.apiVersion,
    kind: template.kind,
    ...(namespace && { namespace }),
    name,
    ...(uid !== undefined && { uid }),
    ...(version !== undefined && { resourceVersion: version }),
  }
}
