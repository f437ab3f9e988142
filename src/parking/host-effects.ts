import { listAt, stringAt, valueAt } from '../object/field.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { isParked } from './park.ts'

type Effect = (object: KubeObject) => string | undefined

/** By kind, `group/Kind`. */
const EFFECTS: Readonly<Record<string, Effect>> = {
  '/PersistentVolumeClaim': claim => {
    const volume = stringAt(claim, 'spec', 'volumeName')
    if (volume !== undefined && volume !== '') return `it is bound to volume ${volume} of the host`
    return 'a storage class that binds at once makes a volume for it on the host'
  },
  'autoscaling/HorizontalPodAutoscaler': () =>
    'the autoscaler of the host may change the replicas of its target, and so those of the fleet',
  '/Service': service => {
    const type = stringAt(service, 'spec', 'type')
    if (type === 'LoadBalancer' && !isParked(service)) return 'the host makes a load balancer for it'
    const ports = listAt(service, 'spec', 'ports').filter(port => valueAt(port, 'nodePort') !== undefined)
    return ports.length > 0 ? 'it takes node ports of the host' : undefined
  },
  'networking.k8s.io/Ingress': () => 'an ingress controller of the host may serve it',
}

/**
 * What a template does on an ordinary host although it is one: its kind cannot be parked, or not from now on.
 *
 * @returns words for its user; undefined when it does nothing there.
 * @source spec/behaviour/host-vs-dedicated.md §2 rows 9, 11, 13, 14
 */
export function hostEffect(template: KubeObject): string | undefined {
  const [group = ''] = template.apiVersion.includes('/') ? template.apiVersion.split('/') : ['']
  const key = `${group}/${template.kind}`
  return Object.hasOwn(EFFECTS, key) ? EFFECTS[key]?.(template) : undefined
}
