import type { KubeObject } from './kube-object.ts'

/**
 * The same object for an update by which the apiserver forgets who set which field. For what nobody but controllers writes: the record is
 * a fifth of a Work, in etcd, on the wire and in the answer to each write. Of an object without it the apiserver begins none again, until
 * somebody applies it server-side. A creation always makes one, and an update of the status cannot take it away.
 *
 * @source https://kubernetes.io/docs/reference/using-api/server-side-apply/#clearing-managedfields
 */
export function withoutFieldOwners<T extends KubeObject>(object: T): T {
  return { ...object, metadata: { ...object.metadata, managedFields: [{}] } }
}
