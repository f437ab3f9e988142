import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, everywhere, nowhere, readObject } from './cluster-view.ts'
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
    const { metadata }: AnyObject = await readObject(host, { kind: 'rb', name: 'web-deployment', namespace })
    expect(metadata.finalizers).not.toContain('karmada.io/binding-dependencies-distributor')
  })
})
