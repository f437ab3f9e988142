import type { KubeObject } from './kube-object.ts'
import { isJsonObject } from './raw-json.ts'

/** The manifests of a Work. What is no Kubernetes object (the schema lets anything pass) is left out. */
export function manifestsOf(work: {
  readonly spec: { readonly workload?: { readonly manifests?: readonly unknown[] } }
}): readonly KubeObject[] {
  return (work.spec.workload?.manifests ?? []).filter(isKubeObject)
}

function isKubeObject(value: unknown): value is KubeObject {
  if (!isJsonObject(value)) return false
  const { apiVersion, kind, metadata } = value
  return (
    typeof apiVersion === 'string' &&
    typeof kind === 'string' &&
    isJsonObject(metadata) &&
    typeof metadata['name'] === 'string'
  )
}
