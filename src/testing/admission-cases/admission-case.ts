import type { Resource } from '../../api/kinds.ts'
import { formatApiVersion } from '../../object/gvk.ts'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'

/** An object and what the apiserver says to it. */
export interface AdmissionCase {
  /** Section and number in spec/api/admission.md, then what the object does. */
  readonly rule: string
  readonly spec: JsonObject
  readonly metadata?: JsonObject
  /** A part of the refusal; absent when the object is accepted. */
  readonly want?: string
}

export const NAMESPACE = 'shop'

/** @returns an object of a kind that may be created. */
export function newObject(
  resource: Resource,
  fields: { readonly spec: JsonObject; readonly metadata?: JsonObject },
): KubeObject {
  const { group, version, kind, namespaced } = resource
  const metadata = { name: 'example', ...(namespaced ? { namespace: NAMESPACE } : {}), ...fields.metadata }
  return { apiVersion: formatApiVersion({ group, version }), kind, metadata, spec: fields.spec }
}
