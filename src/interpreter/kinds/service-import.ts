import type { KubeObject } from '../../object/kube-object.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import type { Dependency } from '../pod-dependencies.ts'

const PREFIX = 'derived-'

/**
 * A Service of several clusters. Where it is imported, its address is that of a Service of its own, with the endpoints of the clusters
 * that export it.
 *
 * @source spec/behaviour/propagation.md §7 "Default dependencies by kind"; KEP-1645 (multi-cluster Services)
 */
export const serviceImport: KindInterpreter = {
  gvk: { group: 'multicluster.x-k8s.io', version: 'v1alpha1', kind: 'ServiceImport' },
  getDependencies,
}

function getDependencies({ metadata }: KubeObject): readonly Dependency[] {
  const name = `${PREFIX}${metadata.name}`
  const namespace = metadata.namespace ?? ''
  const matchLabels = { 'kubernetes.io/service-name': name }
  return [
    { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace, labelSelector: { matchLabels } },
    { apiVersion: 'v1', kind: 'Service', namespace, name },
  ]
}
