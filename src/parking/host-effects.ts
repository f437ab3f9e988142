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

/** Kinds that are not parked and whose status a controller of every ordinary host keeps: `group/Kind`. */
const STATUS_OF_HOST: ReadonlySet<string> = new Set([
  'policy/PodDisruptionBudget',
  'autoscaling/HorizontalPodAutoscaler',
])

/** Whether the status of a template is that of the host, although nothing of it runs there: it is not fought over. */
export function hasStatusOfHost(template: KubeObject): boolean {
  return STATUS_OF_HOST.has(kindOf(template))
}

/**
 * What a template does on an ordinary host although it is one: its kind cannot be parked, or not from now on.
 *
 * @returns words for its user; undefined when it does nothing there.
 * @source spec/behaviour/host-vs-dedicated.md §2 rows 9, 11, 13, 14
 */
export function hostEffect(template: KubeObject): string | undefined {
  const key = kindOf(template)
  return Object.hasOwn(EFFECTS, key) ? EFFECTS[key]?.(template) : undefined
}

function kindOf({ apiVersion, kind }: KubeObject): string {
  const [group = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['']
  return `${group}/${kind}`
}
