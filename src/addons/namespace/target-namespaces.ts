import { clusterOfExecutionNamespace } from '../../api/names.ts'
import { workName } from '../../object/generated-names.ts'
import type { Work } from '../../object/karmada-objects.ts'
import { formatKey } from '../../object/object-key.ts'
import { manifestsOf } from '../../object/work-manifests.ts'

/** A namespace in a cluster, as a key of queue and index: `<cluster>/<namespace>`. */
export function targetKey(cluster: string, namespace: string): string {
  return formatKey({ namespace: cluster, name: namespace })
}

/** Name of the Work that carries a namespace, in whatever execution namespace. */
export function namespaceWorkName(namespace: string): string {
  return workName({ kind: 'Namespace', name: namespace })
}

/** The namespaces that a Work puts something into, as keys of {@link targetKey}. */
export function targetNamespacesOf(work: Work): readonly string[] {
  const cluster = clusterOfExecutionNamespace(work.metadata.namespace ?? '')
  if (cluster === undefined) return []
  const names = manifestsOf(work).flatMap(({ metadata: { namespace } }) => (namespace ? [namespace] : []))
  return [...new Set(names)].map(name => targetKey(cluster, name))
}

/** The namespace that a Work carries as such, as a key of {@link targetKey}. */
export function carriedNamespaceOf(work: Work): readonly string[] {
  const cluster = clusterOfExecutionNamespace(work.metadata.namespace ?? '')
  const carried = manifestsOf(work).find(({ apiVersion, kind }) => apiVersion === 'v1' && kind === 'Namespace')
  if (cluster === undefined || carried === undefined) return []
  const { name } = carried.metadata
  return work.metadata.name === namespaceWorkName(name) ? [targetKey(cluster, name)] : []
}
