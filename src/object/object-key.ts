import type { KubeObject } from './kube-object.ts'

/** Names an object within one kind of one cluster; `namespace` is '' for cluster-scoped objects. */
export interface ObjectKey {
  readonly namespace: string
  readonly name: string
}

/** @returns `<namespace>/<name>`, or `<name>` for cluster-scoped objects: the form kubectl and client-go print. */
export function formatKey(key: ObjectKey): string {
  return key.namespace === '' ? key.name : `${key.namespace}/${key.name}`
}

/** The inverse of {@link formatKey}. */
export function parseKey(text: string): ObjectKey {
  const slash = text.indexOf('/')
  return slash < 0 ? { namespace: '', name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) }
}

/** The key of an object. */
export function keyOf(object: KubeObject): ObjectKey {
  return { namespace: object.metadata.namespace ?? '', name: object.metadata.name }
}
