import type { JsonObject } from './kube-object.ts'

/**
 * The same merge patch, which also makes the apiserver forget who set which field of the object. For objects that nobody but
 * controllers writes (bindings, Works): the record is a quarter of such an object, in etcd, on the wire and in the answer to each
 * write. From an object without it the apiserver keeps none again, until somebody applies it server-side.
 *
 * @source https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields
 */
export function droppingFieldOwners(body: JsonObject): JsonObject {
  return { ...body, metadata: { managedFields: [{}] } }
}
