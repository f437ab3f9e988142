import type { Resource } from '../api/kinds.ts'
import { formatApiVersion } from '../object/gvk.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { kubeObjectProblem } from '../object/kube-object-problem.ts'
import { isJsonObject } from '../object/raw-json.ts'

/**
 * Takes decoded JSON as a Kubernetes object, after checking the types of what every reader relies on (apiVersion,
 * kind, metadata): an apiserver that we do not run may answer anything.
 *
 * @returns the object, or what is wrong with it.
 */
export function asKubeObject(value: unknown): KubeObject | string {
  // Decoding edge: checked just now.
  return kubeObjectProblem(value) ?? (value as KubeObject)
}

/** As {@link asKubeObject} for one member of a list, which says neither its apiVersion nor its kind. */
export function asListedObject(value: unknown, resource: Resource): KubeObject | string {
  if (!isJsonObject(value)) return 'no object'
  return asKubeObject({ apiVersion: formatApiVersion(resource), kind: resource.kind, ...value })
}
