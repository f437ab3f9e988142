import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(180_000)

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'dependencies')
const DEPLOYMENT = { apiVersion: 'apps/v1', kind: 'Deployment' }
const fleet = useFleet({ members: 2 })
let host: ControlPlane
let first: readonly ControlPlane[]
let second: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  first = [fleet.member('member1')]
  second = [fleet.member('member2')]
})

const to = (...clusterNames: readonly string[]) => ({
  propagateDeps: true,
  placement: { clusterAffinity: { clusterNames } },
})

function deployment(namespace: string, name: string, ...settings: readonly string[]): object {
  const labels = { app: name }
  const envFrom = settings.map(setting => ({ configMapRef: { name: setting } }))
  const containers = [{ name: 'web', image: 'nginx:1.29', envFrom }]
  const spec = {
    replicas: 1,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers } },
  }
  return { ...DEPLOYMENT, metadata: { name, namespace }, spec }
}

interface Needy {
  readonly apiVersion: string
  readonly kind: string
  /** The spec around the Pods'. */
  readonly around: (pods: object, labels: object) => object
}

const INGRESS = 'networking.k8s.io/v1'
const DISAGREED =
  'Those that need it want different conflictResolution or preserveResourcesOnDeletion: Overwrite and true win'
const selecting = (template: object, labels: object): object => ({ selector: { matchLabels: labels }, template })
const once = (template: object): object => ({ template })
const NEEDY: readonly Needy[] = [
  { ...DEPLOYMENT, around: selecting },
  { apiVersion: 'apps/v1', kind: 'ReplicaSet', around: selecting },
  { apiVersion: 'apps/v1', kind: 'DaemonSet', around: selecting },
  {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    around: (template, labels) => ({ ...selecting(template, labels), serviceName: 'none' }),
  },
  { apiVersion: 'batch/v1', kind: 'Job', around: once },
  {
    apiVersion: 'batch/v1',
    kind: 'CronJob',
    around: template => ({ schedule: '0 0 1 1 *', jobTemplate: { spec: once(template) } }),
  },
  { apiVersion: 'v1', kind: 'Pod', around: (template: AnyObject) => template.spec },
]

/** Names a ConfigMap by a volume of several sources, a Secret by its environment, and the rest as Pods do. */
function needy(namespace: string, { apiVersion, kind, around }: Needy): object {
  const name = kind.toLowerCase()
  const labels = { app: name }
  const env = [{ name: 'TOKEN', valueFrom: { secretKeyRef: { name, key: 'token' } } }]
  const spec = {
    ...(kind.endsWith('Job') && { restartPolicy: 'Never' }),
    serviceAccountName: name,
    containers: [{ name: 'web', image: 'nginx:1.29', env }],
    volumes: [
      { name: 'settings', projected: { sources: [{ configMap: { name } }] } },
      { name: 'data', persistentVolumeClaim: { claimName: name } },
    ],
  }
  return { apiVersion, kind, metadata: { name, namespace }, spec: around({ metadata: { labels }, spec }, labels) }
}

function neededBy(namespace: string, name: string): readonly object[] {
  const metadata = { name, namespace }
  const resources = { requests: { storage: '1Gi' } }
  return [
    configMap({ name, namespace }),
    secret(namespace, name),
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata, spec: { accessModes: ['ReadWriteOnce'], resources } },
  ]
}

function secret(namespace: string, name: string): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace }, stringData: { token: 'x' } }
}

const SERVICE_IMPORTS = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: {
    name: 'serviceimports.multicluster.x-k8s.io',
    // The group is of the Kubernetes project, which asks for this.
    annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/mcs-api' },
  },
  spec: {
    group: 'multicluster.x-k8s.io',
    scope: 'Namespaced',
    names: { kind: 'ServiceImport', plural: 'serviceimports' },
    versions: [
      {
        ...{ name: 'v1alpha1', served: true, storage: true },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      },
    ],
  },
}

const settingsIn = (namespace: string, name = 'settings') => ({ kind: 'configmap', name, namespace })

describe('the example', () => {
  const place = (kind: string) => ({ kind, name: 'greeter', namespace: 'default' })

  it('brings what the Deployment needs to where it is, and nowhere else', async () => {
    await host.kubectl(['apply', '-f', EXAMPLE])
    await everywhere(first, place('deployment'), () => true)
    await everywhere(first, place('configmap'), ({ data }) => data.greeting === 'hello')
    await everywhere(first, place('serviceaccount'), () => true)
    await nowhere(second, place('configmap'))
  })

  it('brings the Secret when it is made', async () => {
    await host.kubectl(['create', 'secret', 'generic', 'greeter', '--from-literal=token=x'])
    await everywhere(first, place('secret'), ({ data }) => data.token === Buffer.from('x').toString('base64'))
  })

  it('brings what changes, each change with one write', async () => {
    await quiet(fleet)
    const before = await countRequests(fleet)
    await host.kubectl(['patch', 'configmap', 'greeter', '--type=merge', '-p', '{"data":{"greeting":"good day"}}'])
    await everywhere(first, place('configmap'), ({ data }) => data.greeting === 'good day')
    await quiet(fleet)
    const [, ...ofMembers] = await writesSince(fleet, before)
    expect(ofMembers.map(writes => writes.length)).toEqual([1, 0])
  })

  it('follows the Deployment to another member', async () => {
    const body = { spec: { placement: { clusterAffinity: { clusterNames: ['member2'] } } } }
    await host.kubectl(['patch', 'propagationpolicy', 'greeter', '--type=merge', '-p', JSON.stringify(body)])
    for (const kind of ['deployment', 'configmap', 'secret']) {
      await everywhere(second, place(kind), () => true)
      await nowhere(first, place(kind))
    }
  })

  it('goes with the Deployment', async () => {
    await host.kubectl(['delete', 'deployment', 'greeter'])
    for (const kind of ['deployment', 'configmap', 'secret']) await nowhere(second, place(kind))
    expect(await readObject(host, place('configmap'))).toBeDefined()
    const binding = await readObject(host, { kind: 'rb', name: 'greeter-configmap', namespace: 'default' })
    expect(binding.spec).not.toHaveProperty('requiredBy')
  })
})

describe('what two workloads need', () => {
  it('is where either is, and leaves with the last', async () => {
    const namespace = await newNamespace(host, 'shared')
    await apply(
      host,
      configMap({ name: 'settings', namespace }),
      propagationPolicy({ name: 'one', namespace }, [{ ...DEPLOYMENT, name: 'one' }], to('member1')),
      propagationPolicy({ name: 'two', namespace }, [{ ...DEPLOYMENT, name: 'two' }], {
        ...to('member2'),
        conflictResolution: 'Overwrite',
      }),
      deployment(namespace, 'one', 'settings'),
      deployment(namespace, 'two', 'settings'),
    )
    await everywhere([...first, ...second], settingsIn(namespace), () => true)
    const { spec }: AnyObject = await readObject(host, { kind: 'rb', name: 'settings-configmap', namespace })
    expect(spec.conflictResolution).toBe('Overwrite')
    await apply(host, deployment(namespace, 'one'))
    await nowhere(first, settingsIn(namespace))
    await everywhere(second, settingsIn(namespace), () => true)
    await host.kubectl(['delete', 'deployment', 'two', '-n', namespace])
    await nowhere(second, settingsIn(namespace))
  })
})

describe('all that may need something', () => {
  it('takes it along: every kind with Pods, by each way in which Pods name it', async () => {
    const namespace = await newNamespace(host, 'needy')
    const kinds = NEEDY.map(({ apiVersion, kind }) => ({ apiVersion, kind }))
    await apply(
      host,
      propagationPolicy({ name: 'needy', namespace }, kinds, to('member1')),
      ...NEEDY.flatMap(row => [...neededBy(namespace, row.kind.toLowerCase()), needy(namespace, row)]),
    )
    for (const { kind } of NEEDY) {
      const name = kind.toLowerCase()
      for (const needed of ['configmap', 'secret', 'serviceaccount', 'persistentvolumeclaim']) {
        await everywhere(first, { kind: needed, name, namespace }, () => true)
        await nowhere(second, { kind: needed, name, namespace })
      }
    }
  })

  it('takes the Secrets of an Ingress along', async () => {
    const namespace = await newNamespace(host, 'tls')
    const spec = {
      tls: [{ hosts: ['a.example.com'], secretName: 'certificate' }],
      defaultBackend: { service: { name: 'web', port: { number: 80 } } },
    }
    await apply(
      host,
      propagationPolicy({ name: 'web', namespace }, [{ apiVersion: INGRESS, kind: 'Ingress' }], to('member1')),
      { apiVersion: INGRESS, kind: 'Ingress', metadata: { name: 'web', namespace }, spec },
      secret(namespace, 'certificate'),
    )
    await everywhere(first, { kind: 'secret', name: 'certificate', namespace }, () => true)
  })

  it('takes the derived Service of a ServiceImport along, with its endpoints, without being told to', async () => {
    const namespace = await newNamespace(host, 'imports')
    await apply(host, SERVICE_IMPORTS)
    await apply(fleet.member('member1'), SERVICE_IMPORTS)
    // Discovery is a moment behind.
    await eventually('the kind is served', () =>
      host.kubectl(['get', 'serviceimports', '--all-namespaces', '-o', 'json']),
    )
    const name = 'derived-serve'
    const slice = {
      ...{ apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', addressType: 'IPv4' },
      metadata: { name: 'serve-of-member2', namespace, labels: { 'kubernetes.io/service-name': name } },
      ...{ endpoints: [{ addresses: ['10.0.0.9'] }], ports: [{ port: 80 }] },
    }
    await apply(
      host,
      propagationPolicy(
        { name: 'imports', namespace },
        [{ apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceImport' }],
        { placement: { clusterAffinity: { clusterNames: ['member1'] } } },
      ),
      {
        ...{ apiVersion: 'multicluster.x-k8s.io/v1alpha1', kind: 'ServiceImport' },
        metadata: { name: 'serve', namespace },
        spec: { type: 'ClusterSetIP', ports: [{ port: 80 }] },
      },
      { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec: { ports: [{ port: 80 }] } },
      slice,
    )
    await everywhere(first, { kind: 'service', name, namespace }, () => true)
    await everywhere(first, { kind: 'endpointslice', name: 'serve-of-member2', namespace }, () => true)
    await nowhere(second, { kind: 'service', name, namespace })
  })
})

describe('those that need the same and disagree', () => {
  it('are told so, and the bolder one wins', async () => {
    const namespace = await newNamespace(host, 'disagreed')
    const policy = (name: string, more: object): object =>
      propagationPolicy({ name, namespace }, [{ ...DEPLOYMENT, name }], { ...to('member1'), ...more })
    await apply(
      host,
      configMap({ name: 'settings', namespace }),
      policy('careful', {}),
      policy('bold', { conflictResolution: 'Overwrite', preserveResourcesOnDeletion: true }),
      deployment(namespace, 'careful', 'settings'),
      deployment(namespace, 'bold', 'settings'),
    )
    await eventually('the binding has what the bolder one wants', async () => {
      const { spec }: AnyObject = (await readObject(host, { kind: 'rb', name: 'settings-configmap', namespace })) ?? {}
      return spec?.conflictResolution === 'Overwrite' && spec?.preserveResourcesOnDeletion === true
    })
    for (const name of ['settings', 'settings-configmap']) {
      await eventually(`${name} has the event`, async () => {
        const path = `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3D${name}`
        const { items } = (await host.request(path)) as { readonly items: readonly AnyObject[] }
        return items.find(({ reason }) => reason === 'DependencyPolicyConflict')?.message === DISAGREED
      })
    }
  })
})

describe('what a policy selects too', () => {
  it('goes where both say, and stays where the policy says', async () => {
    const namespace = await newNamespace(host, 'both')
    const selected = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
    await apply(
      host,
      propagationPolicy({ name: 'settings', namespace }, [selected], {
        placement: { clusterAffinity: { clusterNames: ['member1'] } },
      }),
      propagationPolicy({ name: 'web', namespace }, [{ ...DEPLOYMENT, name: 'web' }], to('member2')),
      configMap({ name: 'settings', namespace }),
      deployment(namespace, 'web', 'settings'),
    )
    await everywhere([...first, ...second], settingsIn(namespace), () => true)
    const body = { spec: { propagateDeps: false } }
    await host.kubectl([
      'patch',
      'propagationpolicy',
      'web',
      '-n',
      namespace,
      '--type=merge',
      '-p',
      JSON.stringify(body),
    ])
    await nowhere(second, settingsIn(namespace))
    await everywhere(first, settingsIn(namespace), () => true)
    await eventually('nothing has to be taken along when the Deployment goes', async () => {
      const { metadata }: AnyObject = await readObject(host, { kind: 'rb', name: 'web-deployment', namespace })
      return !metadata.finalizers.includes('karmada.io/binding-dependencies-distributor')
    })
  })
})
