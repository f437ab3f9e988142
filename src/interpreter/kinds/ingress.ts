import { listAt, stringAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { hasAddress, mergeIngress } from '../ingress-points.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { type Dependency, mergeDependencies } from '../pod-dependencies.ts'

/** @source spec/behaviour/status.md §3, §5 */
export const ingress: KindInterpreter = {
  gvk: { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
  isHealthy: observed => listAt(observed, 'status', 'loadBalancer', 'ingress').some(hasAddress),
  aggregateStatus: (template, items) => withValueAt(template, ['status', 'loadBalancer'], mergeIngress(items)),
  getDependencies: tlsSecrets,
}

function tlsSecrets(template: KubeObject): readonly Dependency[] {
  const names = listAt(template, 'spec', 'tls').map(tls => stringAt(tls, 'secretName') ?? '')
  const namespace = template.metadata.namespace ?? ''
  return mergeDependencies(
    names.filter(name => name !== '').map(name => ({ apiVersion: 'v1', kind: 'Secret', namespace, name })),
  )
}
