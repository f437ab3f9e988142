import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(180_000)

const EXAMPLES = join(import.meta.dirname, '..', 'examples', 'placement')
const SSD = { disk: 'ssd' }
const fleet = useFleet({
  members: [
    { name: 'member1', nodes: { count: 2, cpu: '4', memory: '8Gi', labels: SSD } },
    { name: 'member2', nodes: { count: 2, cpu: '8', memory: '16Gi' } },
  ],
  configuration: {
    clusters: { intervalMs: 1_000 },
    scheduling: { unschedulableRetryMs: 1_000 },
    descheduler: { enabled: true, intervalMs: 1_000, unschedulableThresholdMs: 1_000 },
  },
})
let host: ControlPlane

beforeAll(() => {
  host = fleet.host
})

const web = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' }
const byRoom = (placement: object = {}) => ({
  placement: {
    replicaScheduling: {
      replicaSchedulingType: 'Divided',
      replicaDivisionPreference: 'Weighted',
      weightPreference: { dynamicWeight: 'AvailableReplicas' },
    },
    ...placement,
  },
})

function deployment(namespace: string, replicas: number, podSpec: object = {}): object {
  const labels = { app: 'web' }
  const containers = [{ name: 'web', image: 'nginx:1.29', resources: { requests: { cpu: '1' } } }]
  const template = { metadata: { labels }, spec: { containers, ...podSpec } }
  const spec = { replicas, selector: { matchLabels: labels }, template }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace }, spec }
}

const bindingOf = (namespace: string, name = 'web-deployment'): Promise<AnyObject> =>
  readObject(host, { kind: 'rb', name, namespace })

async function targetsOf(namespace: string, name?: string): Promise<Readonly<Record<string, number>>> {
  const targets: readonly AnyObject[] = (await bindingOf(namespace, name))?.spec.clusters ?? []
  return Object.fromEntries(targets.map(target => [target.name, target.replicas]))
}

const remove = (kind: string, name: string, namespace: string) =>
  host.kubectl(['delete', kind, name, `--namespace=${namespace}`])

/** Deletes the workload, and waits until the members have its room back. */
async function clear(namespace: string): Promise<void> {
  await remove('deployment', 'web', namespace)
  await nowhere(fleet.members, { kind: 'deployment', name: 'web', namespace })
  await eventually('no pod is left', async () => {
    const lists = await Promise.all(fleet.members.map(member => member.request(`/api/v1/namespaces/${namespace}/pods`)))
    return lists.every(list => (list as { items: readonly object[] }).items.length === 0)
  })
  await eventually('the status of clusters says so', async () => {
    const clusters = await Promise.all(fleet.members.map(({ name }) => readObject(host, { kind: 'cluster', name })))
    return clusters.every(({ status }) => status.resourceSummary.allocated?.cpu === undefined)
  })
}

describe('replicas that are divided by room', () => {
  beforeAll(async () => {
    // Whether a member answers: from then on the nodes count.
    await eventually('the nodes of both are known', async () => {
      const metrics = await (await fetch(fleet.operator.metricsUrl)).text()
      return ['member1', 'member2'].every(name => metrics.includes(`flotilla_cluster_nodes_known{cluster="${name}"} 1`))
    })
  })

  it('follow what is free on nodes, one by one', async () => {
    const namespace = await newNamespace(host, 'free')
    // Nodes of 4 and 8 CPUs take one and two pods of 3, though there are 8 and 16 in sum.
    const resources = { requests: { cpu: '3' } }
    const podSpec = { containers: [{ name: 'web', image: 'nginx:1.29', resources }] }
    await apply(host, propagationPolicy({ name: 'p', namespace }, [web], byRoom()), deployment(namespace, 6, podSpec))
    await eventually('all have a place', async () => Object.keys(await targetsOf(namespace)).length === 2)
    expect(await targetsOf(namespace)).toEqual({ member1: 2, member2: 4 })
    await clear(namespace)
  })

  it('go only where nodes have the label', async () => {
    const namespace = await newNamespace(host, 'label')
    const workload = deployment(namespace, 5, { nodeSelector: SSD })
    await apply(host, propagationPolicy({ name: 'p', namespace }, [web], byRoom()), workload)
    await eventually('all have a place', async () => Object.keys(await targetsOf(namespace)).length > 0)
    expect(await targetsOf(namespace)).toEqual({ member1: 5 })
    await clear(namespace)
  })

  it('stay within the quotas of their namespace', async () => {
    const namespace = await newNamespace(host, 'quota')
    const member = fleet.member('member2')
    await newNamespace(member, namespace)
    const spec = { hard: { 'requests.cpu': '2' } }
    await apply(member, { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'q', namespace }, spec })
    await eventually('the quota is counted', async () => {
      const quota: AnyObject = await member.request(`/api/v1/namespaces/${namespace}/resourcequotas/q`)
      return quota.status.hard !== undefined
    })
    await apply(host, propagationPolicy({ name: 'p', namespace }, [web], byRoom()), deployment(namespace, 10))
    await eventually('all have a place', async () => Object.keys(await targetsOf(namespace)).length === 2)
    expect(await targetsOf(namespace)).toEqual({ member1: 8, member2: 2 })
    await clear(namespace)
  })

  it('are not promised the same room twice, although they come at once', async () => {
    const names = ['at-once-a', 'at-once-b', 'at-once-c']
    for (const name of names) await newNamespace(host, name)
    const only = byRoom({ clusterAffinity: { clusterNames: ['member1'] } })
    await apply(host, ...names.map(namespace => propagationPolicy({ name: 'p', namespace }, [web], only)))
    // Two of the three fit into 8 CPUs.
    await apply(host, ...names.map(namespace => deployment(namespace, 4)))
    const reasons = await eventually('two have a place, one is told that there is none', async () => {
      const bindings = await Promise.all(names.map(namespace => bindingOf(namespace)))
      const found = bindings.map(binding =>
        binding?.status?.conditions?.find(({ type }: { readonly type: string }) => type === 'Scheduled'),
      )
      const given = found.map(condition => condition?.reason ?? '')
      return [...given].sort().join() === 'Success,Success,Unschedulable' && given
    })
    // The third gets the room that another one leaves.
    const lost = names[reasons.indexOf('Unschedulable')] ?? ''
    await remove('deployment', 'web', names[reasons.indexOf('Success')] ?? '')
    await eventually('it has a place', async () => (await targetsOf(lost))['member1'] === 4)
    for (const name of names) await host.kubectl(['delete', 'deployment', '--all', `--namespace=${name}`])
    for (const namespace of names) await nowhere(fleet.members, { kind: 'deployment', name: 'web', namespace })
  })
})

describe('a WorkloadRebalancer', () => {
  const example = join(EXAMPLES, 'rebalancing')
  const taints = (of: readonly object[]) =>
    host.kubectl(['patch', 'cluster', 'member1', '--type=merge', '-p', JSON.stringify({ spec: { taints: of } })])
  const read = (name: string): Promise<AnyObject> =>
    host.request(`/apis/apps.karmada.io/v1alpha1/workloadrebalancers/${name}`)

  it('brings a workload back to the first group of clusters', async () => {
    await taints([{ key: 'maintenance', effect: 'NoSchedule' }])
    await host.kubectl(['apply', '-f', example])
    const orders = { kind: 'deployment', name: 'orders' }
    await everywhere([fleet.member('member2')], orders, () => true)
    await taints([])
    const scheduledAt = await eventually('the binding says when', async () => {
      return (await bindingOf('default', 'orders-deployment')).status?.lastScheduledTime
    })
    // A time has whole seconds: the request is later.
    await eventually('a second has passed', async () => Date.now() - Date.parse(scheduledAt) > 2_000)
    expect(await targetsOf('default', 'orders-deployment')).toEqual({ member2: 2 })
    await host.kubectl(['apply', '-f', join(example, 'afresh')])
    await everywhere([fleet.member('member1')], orders, ({ spec }) => spec.replicas === 2)
    await nowhere([fleet.member('member2')], orders)
    const { status } = await eventually('it has finished', async () => {
      const object = await read('afresh')
      return object.status?.finishTime !== undefined && object
    })
    expect(status.observedWorkloads).toEqual([
      {
        workload: { apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'orders' },
        result: 'Successful',
      },
    ])
  })

  it('tells what it did not find, and deletes itself', async () => {
    const workloads = [{ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'default', name: 'nowhere' }]
    const metadata = { name: 'lost' }
    await apply(host, {
      apiVersion: 'apps.karmada.io/v1alpha1',
      kind: 'WorkloadRebalancer',
      metadata,
      spec: { workloads },
    })
    const { status } = await eventually('it has finished', async () => {
      const object = await read('lost')
      return object.status?.finishTime !== undefined && object
    })
    expect(status.observedWorkloads).toEqual([
      { workload: workloads[0], result: 'Failed', reason: 'ReferencedBindingNotFound' },
    ])
    const body = JSON.stringify({ spec: { ttlSecondsAfterFinished: 0 } })
    await host.kubectl(['patch', 'workloadrebalancer', 'lost', '--type=merge', '-p', body])
    await eventually('it is gone', async () => {
      const list = await host.kubectl(['get', 'workloadrebalancers', '-o', 'name'])
      return !list.includes('/lost')
    })
  })
})

describe('the descheduler', () => {
  const ALL = '--selector=kubernetes.io/os=linux'

  it('moves replicas that find no node any more', async () => {
    const payments = { kind: 'deployment', name: 'payments' }
    const [first, second] = [fleet.member('member1'), fleet.member('member2')]
    await host.kubectl(['apply', '-f', join(EXAMPLES, 'descheduling')])
    await everywhere([second], payments, ({ status }) => status?.readyReplicas === 3)
    expect(await targetsOf('default', 'payments-deployment')).toEqual({ member2: 3 })
    await second.kubectl(['cordon', ALL])
    await second.kubectl(['delete', 'pods', '--namespace=default', '--selector=app=payments', '--wait=false'])
    await everywhere([first], payments, ({ status }) => status?.readyReplicas === 3)
    await nowhere([second], payments)
    expect(await targetsOf('default', 'payments-deployment')).toEqual({ member1: 3 })
    await eventually('an event tells of it', async () => {
      const events = await host.kubectl(['get', 'events', '--namespace=default', '-o', 'json'])
      return events.includes('DescheduleBindingSucceed')
    })
    await second.kubectl(['uncordon', ALL])
  })
})
