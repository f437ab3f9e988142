import { listAt, withValueAt } from '../../object/field.ts'
import { hasAddress, mergeIngress } from '../ingress-points.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'

/** @source spec/behaviour/status.md §3, §5 */
export const ingress: KindInterpreter = {
  gvk: { group: 'networking.k8s.io', version: 'v1', kind: 'Ingress' },
  isHealthy: observed => listAt(observed, 'status', 'loadBalancer', 'ingress').some(hasAddress),
  aggregateStatus: (template, items) => withValueAt(template, ['status', 'loadBalancer'], mergeIngress(items)),
}
