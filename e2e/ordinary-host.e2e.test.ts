import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { bindingName, workName } from '../src/object/generated-names.ts'
import { valueAtPointer } from '../src/object/json-pointer.ts'
import { type AnyObject, apply, eventually } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { CallError } from './controlplane/rest.ts'
import { core, FLEET_LABEL, grouped, object } from './kind-rows/row.ts'
import { configMap, propagationPolicy, useFleet } from './test-fleet.ts'

// A host with all controllers, admission plugins, scheduler and nodes writes into what users created. Here everything ran there
// before a policy claimed it: none of that may reach a member (spec/behaviour/host-vs-dedicated.md §5, §2 rows 3, 4 and 15).

jest.setTimeout(240_000)

const fleet = useFleet({ host: { kind: 'ordinary', nodes: { count: 1, prefix: 'hostnode' } }, members: 1 })
let host: ControlPlane
let member: ControlPlane

const containers = [{ name: 'main', image: 'main:1', ports: [{ containerPort: 80 }] }]
const template = (app: string) => ({ metadata: { labels: { app } }, spec: { containers } })

interface Row {
  readonly title: string
  readonly path: string
  readonly template: AnyObject
  /** JSON pointers of what the host adds: they are there before the policy is, and not in the Work. */
  readonly added: readonly string[]
  /** What the Work's manifest says. */
  readonly sent?: object
  /** What the member makes of it by itself. */
  readonly arrived?: object
}

const annotation = (key: string): string => `/metadata/annotations/${key.replaceAll('/', '~1')}`

const ROWS: readonly Row[] = [
  {
    title: 'Service of type NodePort',
    path: core('services'),
    template: object('v1 Service', 'node-port', { spec: { type: 'NodePort', ports: [{ port: 80 }] } }),
    added: [
      '/spec/clusterIP',
      '/spec/clusterIPs',
      '/spec/ports/0/nodePort',
      '/spec/ipFamilies',
      '/spec/ipFamilyPolicy',
      '/metadata/uid',
    ],
    arrived: { spec: { ports: [{ port: 80, nodePort: expect.any(Number) }] } },
  },
  {
    title: 'Service with a node port and families of its own',
    path: core('services'),
    template: object('v1 Service', 'own-port', {
      spec: { type: 'NodePort', ports: [{ port: 80, nodePort: 30999 }], ipFamilyPolicy: 'PreferDualStack' },
    }),
    added: ['/spec/clusterIP', '/spec/ipFamilies'],
    sent: { spec: { ipFamilyPolicy: 'PreferDualStack', ports: [{ port: 80, nodePort: 30999 }] } },
    arrived: { spec: { ports: [{ port: 80, nodePort: 30999 }] } },
  },
  {
    title: 'Service of type LoadBalancer with local traffic',
    path: core('services'),
    template: object('v1 Service', 'load-balancer', {
      spec: { type: 'LoadBalancer', externalTrafficPolicy: 'Local', ports: [{ port: 80 }] },
    }),
    added: ['/spec/healthCheckNodePort', '/spec/ports/0/nodePort'],
    arrived: { spec: { healthCheckNodePort: expect.any(Number) } },
  },
  {
    title: 'PersistentVolumeClaim that the host has bound',
    path: core('persistentvolumeclaims'),
    template: object('v1 PersistentVolumeClaim', 'claim', {
      spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    }),
    added: [
      '/spec/volumeName',
      '/spec/storageClassName',
      '/metadata/finalizers',
      annotation('pv.kubernetes.io/bind-completed'),
      annotation('pv.kubernetes.io/bound-by-controller'),
    ],
    arrived: { spec: { volumeName: 'member-disk', storageClassName: 'of-member' }, status: { phase: 'Bound' } },
  },
  {
    title: 'Pod that runs on the host',
    path: core('pods'),
    template: object('v1 Pod', 'pod', { spec: { containers } }),
    added: [
      '/spec/nodeName',
      '/spec/volumes/0',
      '/spec/containers/0/volumeMounts',
      '/spec/tolerations',
      '/spec/priority',
      '/spec/preemptionPolicy',
      '/spec/priorityClassName',
      '/spec/serviceAccountName',
      '/spec/serviceAccount',
      '/spec/imagePullSecrets',
      '/spec/containers/0/resources/requests',
      '/spec/containers/0/resources/limits',
      annotation('kubernetes.io/limit-ranger'),
      '/status/phase',
    ],
    arrived: { spec: { nodeName: expect.stringMatching(/^node-/), priority: 0 }, status: { phase: 'Running' } },
  },
  {
    title: 'Deployment that is rolled out on the host',
    path: grouped('apps/v1', 'deployments'),
    template: object('apps/v1 Deployment', 'deployment', {
      spec: { selector: { matchLabels: { app: 'd' } }, template: template('d') },
    }),
    added: [annotation('deployment.kubernetes.io/revision'), '/status/observedGeneration'],
  },
  {
    title: 'DaemonSet',
    path: grouped('apps/v1', 'daemonsets'),
    template: object('apps/v1 DaemonSet', 'daemonset', {
      spec: { selector: { matchLabels: { app: 's' } }, template: template('s') },
    }),
    added: [annotation('deprecated.daemonset.template.generation'), '/status/observedGeneration'],
  },
  {
    title: 'Job that has run on the host',
    path: grouped('batch/v1', 'jobs'),
    template: object('batch/v1 Job', 'job', {
      spec: { ttlSecondsAfterFinished: 3600, template: { spec: { restartPolicy: 'Never', containers } } },
    }),
    added: [
      '/spec/selector/matchLabels/batch.kubernetes.io~1controller-uid',
      '/spec/template/metadata/labels/batch.kubernetes.io~1controller-uid',
      '/spec/template/metadata/labels/controller-uid',
      '/spec/template/metadata/labels/job-name',
      '/spec/ttlSecondsAfterFinished',
      '/status/startTime',
    ],
  },
]

beforeAll(async () => {
  host = fleet.host
  member = fleet.member('member1')
  await Promise.all([prepare(host, 'host'), prepare(member, 'member')])
  // What admission adds to Pods must be there before them.
  await eventually('the ServiceAccount of the namespace', () => read(host, `${core('serviceaccounts')}/default`))
  await host.kubectl(['patch', 'serviceaccount', 'default', '-p', '{"imagePullSecrets":[{"name":"registry"}]}'])
  await Promise.all(ROWS.map(row => host.request(row.path, { method: 'POST', body: row.template })))
  await Promise.all(ROWS.map(row => eventually(`the host has added to ${row.title}`, () => isFilledIn(row))))
  await apply(
    host,
    policy(
      'of-the-host',
      ROWS.map(({ template: { apiVersion, kind } }) => ({ apiVersion, kind })),
    ),
  )
}, 600_000)

/** A default class and a volume of it, by names that tell whose they are; on the host also a default priority and limits. */
async function prepare(cluster: ControlPlane, name: string): Promise<void> {
  const storageClassName = `of-${name}`
  const isDefault = { 'storageclass.kubernetes.io/is-default-class': 'true' }
  await apply(
    cluster,
    {
      apiVersion: 'storage.k8s.io/v1',
      kind: 'StorageClass',
      metadata: { name: storageClassName, annotations: isDefault },
      provisioner: 'kubernetes.io/no-provisioner',
    },
    {
      apiVersion: 'v1',
      kind: 'PersistentVolume',
      metadata: { name: `${name}-disk` },
      spec: {
        storageClassName,
        capacity: { storage: '1Gi' },
        accessModes: ['ReadWriteOnce'],
        hostPath: { path: '/disk' },
      },
    },
  )
  if (cluster !== host) return
  const scheduling = { apiVersion: 'scheduling.k8s.io/v1', kind: 'PriorityClass' }
  await apply(
    cluster,
    { ...scheduling, metadata: { name: 'usual' }, value: 7, globalDefault: true },
    {
      apiVersion: 'v1',
      kind: 'LimitRange',
      metadata: { name: 'of-host', namespace: 'default' },
      spec: { limits: [{ type: 'Container', defaultRequest: { cpu: '10m' }, default: { memory: '64Mi' } }] },
    },
  )
}

const policy = (name: string, kinds: readonly object[]) =>
  propagationPolicy(
    name,
    kinds.map(kind => ({ ...kind, labelSelector: { matchLabels: FLEET_LABEL } })),
  )

async function isFilledIn(row: Row): Promise<boolean> {
  const found = await read(host, `${row.path}/${row.template.metadata.name}`)
  return row.added.every(pointer => valueAtPointer(found, pointer) !== undefined)
}

async function read(cluster: ControlPlane, path: string): Promise<AnyObject> {
  try {
    return await cluster.request(path)
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return undefined
    throw error
  }
}

const workPath = ({ kind, metadata }: AnyObject): string =>
  `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member.name}/works/${workName({ kind, ...metadata })}`

/** The Work of a template, once its cluster has it. */
function applied(object: AnyObject): Promise<AnyObject> {
  return eventually(`the Work of ${object.kind} ${object.metadata.name} is applied`, async () => {
    const work = await read(host, workPath(object))
    const condition = work?.status?.conditions?.find((each: AnyObject) => each.type === 'Applied')
    return condition?.status === 'True' && work
  })
}

describe('what the host adds stays there', () => {
  it.each(ROWS.map(row => ({ name: row.title, row })))('$name', async ({ row }) => {
    const [manifest] = (await applied(row.template)).spec.workload.manifests
    const reached = row.added.filter(pointer => valueAtPointer(manifest, pointer) !== undefined)
    expect(reached).toEqual([])
    expect(manifest).toMatchObject(row.sent ?? {})
    await eventually(`the member has made its own of ${row.title}`, async () => {
      const found = await read(member, `${row.path}/${row.template.metadata.name}`)
      expect(found).toMatchObject(row.arrived ?? {})
      return true
    })
  })
})

describe('what the host makes for itself', () => {
  const everything = ['v1 Pod', 'apps/v1 ReplicaSet', 'v1 ConfigMap', 'v1 ServiceAccount', 'v1 Endpoints']
  const kinds = [...everything, 'discovery.k8s.io/v1 EndpointSlice', 'v1 Service']
  const selectors = kinds.map(type => {
    const [apiVersion, kind] = type.split(' ')
    return { apiVersion, kind }
  })
  const bindings = async (): Promise<readonly string[]> => {
    const { items } = await read(host, '/apis/work.karmada.io/v1alpha2/namespaces/default/resourcebindings')
    return items.map((item: AnyObject) => item.metadata.name)
  }

  const labels = { app: 'runs-on-host' }
  const pod = { metadata: { labels }, spec: { containers: [{ name: 'main', image: 'registry.k8s.io/pause:3.10' }] } }
  const runsOnHost = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'runs-on-host', namespace: 'default' },
    spec: { replicas: 1, selector: { matchLabels: labels }, template: pod },
  }

  it('is no template of a policy for all of a kind, and one that is named is', async () => {
    const own: AnyObject = configMap('own', { a: '1' })
    await apply(host, own, propagationPolicy('everything', selectors))
    await applied(own)
    // No policy selects it, so the host runs it.
    await apply(host, runsOnHost)
    const child: AnyObject = await eventually('the host has made a ReplicaSet with Pods', async () => {
      const { items } = await read(host, grouped('apps/v1', 'replicasets'))
      return items.find((set: AnyObject) => set.metadata.ownerReferences !== undefined && set.status?.replicas === 1)
    })
    const generated = [
      { kind: 'ReplicaSet', name: child.metadata.name },
      { kind: 'ConfigMap', name: 'kube-root-ca.crt' },
      { kind: 'ServiceAccount', name: 'default' },
      { kind: 'Service', name: 'kubernetes' },
      { kind: 'EndpointSlice', name: 'kubernetes' },
    ].map(bindingName)
    expect((await bindings()).filter(name => generated.includes(name))).toEqual([])
    const pods = await read(host, core('pods'))
    const owned = pods.items.filter((pod: AnyObject) => pod.metadata.ownerReferences !== undefined)
    expect(owned.length).toBeGreaterThan(0)
    const ofPods = owned.map((pod: AnyObject) => bindingName({ kind: 'Pod', name: pod.metadata.name }))
    expect((await bindings()).filter(name => ofPods.includes(name))).toEqual([])

    const named = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: child.metadata.name }
    await apply(host, propagationPolicy('named', [named]))
    await eventually('the ReplicaSet that a policy names has a binding', async () =>
      (await bindings()).includes(bindingName(named)),
    )
  })
})
