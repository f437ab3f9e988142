/** Any JSON value. Numbers that a double cannot hold travel as `JSON.rawJSON` objects (see kube/json.ts). */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [field: string]: Json }

/** An object of unknown shape: what a decoder gives for a JSON object. */
export type JsonObject = { readonly [field: string]: unknown }

export interface OwnerReference {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly uid: string
  readonly controller?: boolean
  readonly blockOwnerDeletion?: boolean
}

export interface ManagedFieldsEntry {
  readonly manager?: string
  readonly operation?: string
  readonly apiVersion?: string
  readonly time?: string
  readonly fieldsType?: string
  readonly fieldsV1?: JsonObject
  readonly subresource?: string
}

export interface ObjectMeta {
  readonly name: string
  readonly namespace?: string
  readonly generateName?: string
  readonly uid?: string
  readonly resourceVersion?: string
  readonly generation?: number
  readonly labels?: Readonly<Record<string, string>>
  readonly annotations?: Readonly<Record<string, string>>
  readonly finalizers?: readonly string[]
  readonly ownerReferences?: readonly OwnerReference[]
  readonly creationTimestamp?: string
  readonly deletionTimestamp?: string
  readonly managedFields?: readonly ManagedFieldsEntry[]
}

/** Any Kubernetes object as plain JSON. Objects from a cache are frozen: return new ones, never assign. */
export interface KubeObject {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: ObjectMeta
  readonly [field: string]: unknown
}

/** A KubeObject whose spec and status are known. */
export interface TypedObject<Spec, Status = JsonObject> extends KubeObject {
  readonly spec: Spec
  readonly status?: Status
}
