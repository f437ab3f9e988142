import { listAt, numberAt, objectAt, stringAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { hasAddress, mergeIngress } from '../ingress-points.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'

/** @source spec/behaviour/status.md §3-5, propagation.md §9.1 */
export const service: KindInterpreter = {
  gvk: { group: '', version: 'v1', kind: 'Service' },
  retain: (desired, observed) => retainHealthCheckPort(retainClusterIp(desired, observed), observed),
  reflectStatus: observed => {
    const status = isLoadBalancer(observed) ? objectAt(observed, 'status') : undefined
    return status && { loadBalancer: objectAt(status, 'loadBalancer') ?? {} }
  },
  isHealthy: observed =>
    !isLoadBalancer(observed) || listAt(observed, 'status', 'loadBalancer', 'ingress').some(hasAddress),
  aggregateStatus: (template, items) =>
    isLoadBalancer(template)
      ? withValueAt(template, ['status', 'loadBalancer'], mergeIngress(items.map(withModes)))
      : template,
}

/** An apiserver says how an address is meant where nobody did; those before 1.29 do not know of it. */
function withModes(item: AggregatedStatusItem): AggregatedStatusItem {
  const points = listAt(item.status, 'loadBalancer', 'ingress').filter(isJsonObject)
  const ingress = points.map(point => (stringAt(point, 'ip') ? { ipMode: 'VIP', ...point } : point))
  return { ...item, status: { loadBalancer: { ingress } } }
}

function isLoadBalancer(object: KubeObject): boolean {
  return stringAt(object, 'spec', 'type') === 'LoadBalancer'
}

/**
 * The address is given by each member. A Service that becomes an ExternalName must lose it, and one that is to be headless says so:
 * where it has an address already, the member refuses that, and people should hear of it.
 */
function retainClusterIp(desired: KubeObject, observed: KubeObject): KubeObject {
  const clusterIp = stringAt(observed, 'spec', 'clusterIP') ?? ''
  const isOwnWord = stringAt(desired, 'spec', 'clusterIP') === 'None'
  const keeps = clusterIp !== '' && !isOwnWord && stringAt(desired, 'spec', 'type') !== 'ExternalName'
  return keeps ? withValueAt(desired, ['spec', 'clusterIP'], clusterIp) : desired
}

/** An apiserver refuses this port on a Service that is not (or no longer) a LoadBalancer with local traffic. */
function retainHealthCheckPort(desired: KubeObject, observed: KubeObject): KubeObject {
  const port = numberAt(observed, 'spec', 'healthCheckNodePort') ?? 0
  const keeps = port > 0 && isLoadBalancer(desired) && stringAt(desired, 'spec', 'externalTrafficPolicy') === 'Local'
  return keeps ? withValueAt(desired, ['spec', 'healthCheckNodePort'], port) : desired
}
