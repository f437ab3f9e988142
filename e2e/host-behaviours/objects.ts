import { type AnyObject, apply } from '../cluster-view.ts'
import { CallError } from '../controlplane/rest.ts'
import {
  type Behaviour,
  conditionOf,
  deployment,
  isRunning,
  job,
  rolledOut,
  type Scene,
  web,
  workload,
} from './scene.ts'

const configMap = (name: string, metadata: object = {}): AnyObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  data: { a: '1' },
})
const service = (spec: object): AnyObject =>
  web('v1 Service', { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec })

async function servicesHaveAddresses(scene: Scene): Promise<object> {
  await scene.apply(deployment(2), service({}))
  await rolledOut(scene, 2)
  const addresses = await scene.until('its endpoints', async () => {
    const slices = await scene.list('endpointslices')
    const found = slices.flatMap(slice => slice.endpoints ?? []).filter(each => each.conditions.ready)
    return found.length === 2 && found.length
  })
  const { spec } = await scene.read('services/web')
  return { type: spec.type, hasAddress: spec.clusterIP.startsWith('10.'), addresses }
}

async function serviceChangesItsType(scene: Scene): Promise<object> {
  await scene.apply(service({ type: 'NodePort' }))
  const { spec: first } = await scene.read('services/web')
  const { spec: balanced, status } = await scene.patch('services/web', { spec: { type: 'LoadBalancer' } })
  const { spec: plain } = await scene.patch('services/web', {
    spec: { type: 'ClusterIP', ports: [{ port: 80, nodePort: null }] },
  })
  return {
    hasPort: typeof first.ports[0].nodePort,
    keepsPort: balanced.ports[0].nodePort === first.ports[0].nodePort,
    class: balanced.loadBalancerClass ?? 'none',
    balancer: status.loadBalancer,
    atLast: plain.type,
    portAtLast: plain.ports[0].nodePort ?? 'none',
  }
}

async function loadBalancerIsServed(scene: Scene): Promise<object> {
  await scene.apply(service({ type: 'LoadBalancer' }))
  const ingress = [{ ip: '192.0.2.1', ipMode: 'VIP' }]
  await scene.patch('services/web/status', { status: { loadBalancer: { ingress } } })
  const { spec, status } = await scene.read('services/web')
  return { class: spec.loadBalancerClass ?? 'none', ingress: status.loadBalancer.ingress }
}

async function evict(scene: Scene, pod: string): Promise<number> {
  const path = `/api/v1/namespaces/${scene.namespace}/pods/${pod}/eviction`
  const metadata = { name: pod, namespace: scene.namespace }
  const body = { apiVersion: 'policy/v1', kind: 'Eviction', metadata }
  try {
    await scene.cluster.request(path, { method: 'POST', body })
    return 201
  } catch (error) {
    if (error instanceof CallError) return error.statusCode
    throw error
  }
}

async function budgetGuards(scene: Scene): Promise<object> {
  const selector = { matchLabels: { app: 'web' } }
  await scene.apply(deployment(2), web('policy/v1 PodDisruptionBudget', { selector, minAvailable: 2 }))
  await rolledOut(scene, 2)
  const counted = (allowed: number): Promise<AnyObject> =>
    scene.until('it is counted', async () => {
      const { metadata, status = {} } = await scene.read('poddisruptionbudgets/web')
      const isDone = status.observedGeneration === metadata.generation && status.currentHealthy === 2
      return isDone && status.disruptionsAllowed === allowed && status
    })
  const { expectedPods, desiredHealthy } = await counted(0)
  const [pod] = (await scene.list('pods')).filter(isRunning)
  const refused = await evict(scene, pod.metadata.name)
  await scene.patch('poddisruptionbudgets/web', { spec: { minAvailable: 1 } })
  await counted(1)
  return { expectedPods, desiredHealthy, refused, allowed: await evict(scene, pod.metadata.name) }
}

async function autoscalerScales(scene: Scene): Promise<object> {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
  await scene.apply(deployment(1))
  await rolledOut(scene, 1)
  const autoscaler = { scaleTargetRef, minReplicas: 3, maxReplicas: 5 }
  await scene.apply(web('autoscaling/v2 HorizontalPodAutoscaler', autoscaler))
  await rolledOut(scene, 3)
  const status = await scene.until('its status', async () => {
    const found = await scene.read('horizontalpodautoscalers/web')
    return conditionOf(found, 'AbleToScale')?.status === 'True' && found.status.desiredReplicas === 3 && found.status
  })
  return { desired: status.desiredReplicas }
}

async function namespaceGoes(scene: Scene): Promise<object> {
  const name = `${scene.namespace}-inner`
  const within = (object: AnyObject) => ({ ...object, metadata: { ...object.metadata, namespace: name } })
  await apply(scene.cluster, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  await apply(scene.cluster, ...[deployment(1), configMap('a'), service({}), job()].map(within))
  await scene.cluster.kubectl(['rollout', 'status', 'deployment/web', '-n', name, '--timeout=120s'])
  await scene.cluster.kubectl(['delete', 'namespace', name, '--timeout=120s'])
  const left = await scene.cluster.kubectl(['get', 'namespace', name, '--ignore-not-found'])
  return { left }
}

async function labelsChange(scene: Scene): Promise<object> {
  await scene.apply(deployment(1))
  await rolledOut(scene, 1)
  const before = (await scene.read('deployments/web')).metadata
  await scene.kubectl('label', 'deployment/web', 'tier=front', 'step=1')
  await scene.kubectl('label', 'deployment/web', 'tier=back', '--overwrite')
  await scene.kubectl('label', 'deployment/web', 'step-')
  const { labels, generation } = (await scene.read('deployments/web')).metadata
  await scene.kubectl('annotate', 'deployment/web', 'note=kept')
  const { note } = (await scene.read('deployments/web')).metadata.annotations
  return { labels, note, sameSpec: generation === before.generation }
}

async function twoManagersApply(scene: Scene): Promise<object> {
  const path = `/apis/apps/v1/namespaces/${scene.namespace}/deployments/web`
  const send = async (manager: string, object: object, force = false): Promise<AnyObject> => {
    const query = `?fieldManager=${manager}&force=${force}`
    const contentType = 'application/apply-patch+yaml'
    try {
      return await scene.cluster.request(`${path}${query}`, { method: 'PATCH', body: object, contentType })
    } catch (error) {
      if (error instanceof CallError) return error.statusCode
      throw error
    }
  }
  await send('one', deployment(1))
  const mine = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web' }, spec: { replicas: 2 } }
  const conflict = await send('two', mine)
  await send('two', mine, true)
  const { spec } = await send('one', web('apps/v1 Deployment', workload()))
  await rolledOut(scene, 2)
  const { metadata } = await scene.read('deployments/web')
  const managers = metadata.managedFields.filter((entry: AnyObject) => entry.operation === 'Apply')
  return { conflict, replicas: spec.replicas, managers: managers.map((entry: AnyObject) => entry.manager).sort() }
}

async function dryRunWritesNothing(scene: Scene): Promise<object> {
  const manifest = JSON.stringify(deployment(2))
  const args = ['apply', '-f', '-', '--dry-run=server', '-n', scene.namespace, '-o', 'json']
  const { spec, metadata } = JSON.parse(await scene.cluster.kubectl(args, manifest))
  const { paused = 'not paused', replicas } = spec
  return { paused, replicas, labels: metadata.labels ?? 'none', there: (await scene.list('deployments')).length }
}

async function ownersAreFollowed(scene: Scene): Promise<object> {
  await scene.apply(configMap('owner'), deployment(1))
  await rolledOut(scene, 1)
  const { uid } = (await scene.read('configmaps/owner')).metadata
  const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid }]
  await scene.apply(configMap('owned', { ownerReferences }))
  await scene.kubectl('delete', 'configmap', 'owner')
  await scene.until('what was owned goes', async () => (await scene.read('configmaps/owned')) === undefined)
  await scene.kubectl('delete', 'deployment', 'web', '--cascade=orphan')
  const [set] = await scene.until('its ReplicaSet is on its own', async () => {
    const sets = await scene.list('replicasets')
    return sets[0]?.metadata.ownerReferences === undefined && sets
  })
  await scene.kubectl('delete', 'replicaset', set.metadata.name, '--cascade=foreground', '--timeout=120s')
  return { pods: (await scene.list('pods')).length }
}

export const OBJECTS: readonly Behaviour[] = [
  {
    name: 'a Service has an address and endpoints',
    run: servicesHaveAddresses,
    want: { type: 'ClusterIP', hasAddress: true, addresses: 2 },
  },
  {
    name: 'a Service changes its type',
    run: serviceChangesItsType,
    want: {
      hasPort: 'number',
      keepsPort: true,
      class: 'none',
      balancer: {},
      atLast: 'ClusterIP',
      portAtLast: 'none',
    },
  },
  {
    name: 'a Service of type LoadBalancer without a class is served by whoever serves those',
    run: loadBalancerIsServed,
    want: { class: 'none', ingress: [{ ip: '192.0.2.1', ipMode: 'VIP' }] },
  },
  {
    name: 'a PodDisruptionBudget guards its Pods',
    run: budgetGuards,
    want: { expectedPods: 2, desiredHealthy: 2, refused: 429, allowed: 201 },
  },
  { name: 'a HorizontalPodAutoscaler scales and says so', run: autoscalerScales, want: { desired: 3 } },
  { name: 'a namespace goes with everything in it', run: namespaceGoes, want: { left: '' } },
  {
    name: 'labels and annotations change',
    run: labelsChange,
    want: { labels: { tier: 'back' }, note: 'kept', sameSpec: true },
  },
  {
    name: 'two managers apply one object',
    run: twoManagersApply,
    want: { conflict: 409, replicas: 2, managers: ['one', 'two'] },
  },
  {
    name: 'a dry run writes nothing',
    run: dryRunWritesNothing,
    want: { paused: 'not paused', replicas: 2, labels: 'none', there: 0 },
  },
  { name: 'what is owned goes with its owner, orphans stay', run: ownersAreFollowed, want: { pods: 0 } },
]
