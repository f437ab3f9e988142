import { describe, expect, it } from '@jest/globals'
import type { JsonObject, KubeObject } from '../../object/kube-object.ts'
import type { Change } from '../../runtime/informer.ts'
import { newNodeAccounts } from './node-accounts.ts'
import { type NodeFacts, projectNode } from './node-facts.ts'
import { newPodProjection, type PodFacts } from './pod-facts.ts'
import { projectQuota } from './quota-facts.ts'

const object = (kind: string, metadata: KubeObject['metadata'], rest: JsonObject): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata,
  ...rest,
})
const node = (name: string, spec: JsonObject = {}, allocatable: JsonObject = { cpu: '4', pods: '110' }): NodeFacts =>
  projectNode(object('Node', { name, labels: { zone: 'a' } }, { spec, status: { allocatable } }))
const projectPod = newPodProjection()
const owner = (kind: string, name: string) => ({ apiVersion: 'apps/v1', kind, name, uid: 'u', controller: true })
const WEB = 'apps/Deployment/shop/web'

interface Pod {
  readonly name?: string
  readonly on?: string
  readonly phase?: string
  readonly cpu?: string
  readonly waitsSince?: string
  readonly owner?: ReturnType<typeof owner>
}

function pod({
  name = 'p',
  on,
  phase = 'Running',
  cpu = '1',
  waitsSince,
  owner: by = owner('ReplicaSet', 'web-5d'),
}: Pod): PodFacts {
  const containers = [{ name: 'c', resources: { requests: { cpu } } }]
  const conditions = waitsSince && [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', lastTransitionTime: waitsSince },
  ]
  const metadata = { name, namespace: 'shop', labels: { 'pod-template-hash': '5d' }, ownerReferences: [by] }
  return projectPod(object('Pod', metadata, { spec: { nodeName: on, containers }, status: { phase, conditions } }))
}

const added = <T extends KubeObject>(of: T): Change<T> => ({ type: 'added', object: of, initial: false })
const updated = <T extends KubeObject>(previous: T, of: T): Change<T> => ({ type: 'updated', object: of, previous })
const deleted = <T extends KubeObject>(of: T): Change<T> => ({ type: 'deleted', object: of })

/** What a node holds: pods and thousandths of CPUs. */
function heldOn(
  accounts: ReturnType<typeof newNodeAccounts>,
  name: string,
): readonly (number | undefined)[] | undefined {
  const found = accounts.nodes().find(each => each.name === name)
  return found && [found.pods, found.requested.get('cpu') ?? 0]
}

describe('the accounts of nodes', () => {
  const waits = pod({})
  const runs = pod({ on: 'n1' })
  it.each<{ name: string; changes: readonly Change<PodFacts>[]; want: readonly number[] }>([
    { name: 'a pod that runs', changes: [added(runs)], want: [1, 1000] },
    { name: 'a pod without a node', changes: [added(waits)], want: [0, 0] },
    { name: 'a pod that gets a node', changes: [added(waits), updated(waits, runs)], want: [1, 1000] },
    {
      name: 'a pod that has ended',
      changes: [added(runs), updated(runs, pod({ on: 'n1', phase: 'Failed' }))],
      want: [0, 0],
    },
    { name: 'a pod that ended before', changes: [added(pod({ on: 'n1', phase: 'Succeeded' }))], want: [0, 0] },
    {
      name: 'a pod that grows in place',
      changes: [added(runs), updated(runs, pod({ on: 'n1', cpu: '1500m' }))],
      want: [1, 1500],
    },
    { name: 'a pod that is gone', changes: [added(runs), deleted(runs)], want: [0, 0] },
    {
      name: 'a pod that was gone already',
      changes: [added(pod({ on: 'n1', phase: 'Failed' })), deleted(pod({ on: 'n1', phase: 'Failed' }))],
      want: [0, 0],
    },
    { name: 'a pod elsewhere', changes: [added(pod({ on: 'n2' }))], want: [0, 0] },
  ])('count $name', ({ changes, want }) => {
    const accounts = newNodeAccounts(() => undefined)
    accounts.takeNode(added(node('n1')))
    for (const change of changes) accounts.takePod(change)
    expect(heldOn(accounts, 'n1')).toEqual(want)
  })

  it('take pods and nodes in any order, and forget a node with its last pod', () => {
    const accounts = newNodeAccounts(() => undefined)
    accounts.takePod(added(runs))
    expect(accounts.nodes()).toEqual([])
    accounts.takeNode(added(node('n1')))
    expect(heldOn(accounts, 'n1')).toEqual([1, 1000])
    accounts.takeNode(deleted(node('n1')))
    expect(accounts.nodes()).toEqual([])
    accounts.takeNode(added(node('n1')))
    expect(heldOn(accounts, 'n1')).toEqual([1, 1000])
  })

  it('have a version that a heartbeat does not move', () => {
    const accounts = newNodeAccounts(() => undefined)
    accounts.takeNode(added(node('n1')))
    const { version } = accounts
    accounts.takeNode(updated(node('n1'), node('n1')))
    accounts.takePod(added(waits))
    expect(accounts.version).toBe(version)
    accounts.takeNode(updated(node('n1'), node('n1', { unschedulable: true })))
    expect(accounts.version).toBeGreaterThan(version)
    expect(accounts.nodes()[0]?.taints).toEqual([{ key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }])
  })

  it('tell when a node may take more than before', () => {
    const gained: string[] = []
    let what = ''
    const accounts = newNodeAccounts(() => gained.push(what))
    const run = (name: string, take: () => void): void => {
      what = name
      take()
    }
    run('a node', () => accounts.takeNode(added(node('n1'))))
    run('a pod', () => accounts.takePod(added(runs)))
    run('the same pod', () => accounts.takePod(updated(runs, runs)))
    run('its end', () => accounts.takePod(updated(runs, pod({ on: 'n1', phase: 'Failed' }))))
    run('a taint', () => accounts.takeNode(updated(node('n1'), node('n1', { unschedulable: true }))))
    run('a heartbeat', () => accounts.takeNode(updated(node('n1'), node('n1', { unschedulable: true }))))
    run('the node gone', () => accounts.takeNode(deleted(node('n1'))))
    expect(gained).toEqual(['a node', 'its end', 'a taint'])
  })

  it('count pods with a node by workload', () => {
    const accounts = newNodeAccounts(() => undefined)
    for (const each of [pod({ name: 'a', on: 'n1' }), pod({ name: 'b', on: 'n2' }), pod({ name: 'c' })]) {
      accounts.takePod(added(each))
    }
    accounts.takePod(added(pod({ name: 'd', on: 'n1', owner: owner('StatefulSet', 'web') })))
    accounts.takePod(added(pod({ name: 'e', on: 'n1', owner: { ...owner('Node', 'n1'), controller: false } })))
    expect(accounts.placedPods(WEB)).toBe(2)
    expect(accounts.placedPods('')).toBe(0)
    accounts.takePod(updated(pod({ name: 'b', on: 'n2' }), pod({ name: 'b', on: 'n2', phase: 'Succeeded' })))
    expect(accounts.placedPods(WEB)).toBe(2)
    expect(accounts.placedPods('apps/StatefulSet/shop/web')).toBe(1)
    accounts.takePod(deleted(pod({ name: 'a', on: 'n1' })))
    expect(accounts.placedPods(WEB)).toBe(1)
  })

  it('count pods that have found no node for long', () => {
    const accounts = newNodeAccounts(() => undefined)
    const [long, short] = ['2026-01-01T00:00:00Z', '2026-01-01T00:05:00Z']
    const old = pod({ name: 'a', waitsSince: long })
    accounts.takePod(added(old))
    accounts.takePod(added(pod({ name: 'b', waitsSince: short })))
    expect(accounts.unschedulablePods(WEB, Date.parse(long))).toBe(1)
    expect(accounts.unschedulablePods(WEB, Date.parse(short))).toBe(2)
    accounts.takePod(updated(old, pod({ name: 'a', on: 'n1' })))
    expect(accounts.unschedulablePods(WEB, Date.parse(short))).toBe(1)
    expect(accounts.unschedulablePods('apps/Deployment/shop/other', Date.parse(short))).toBe(0)
  })
})

describe('whose a pod is', () => {
  it.each([
    { name: 'the Deployment of its ReplicaSet', by: owner('ReplicaSet', 'web-5d'), want: WEB },
    { name: 'a ReplicaSet of its own', by: owner('ReplicaSet', 'web'), want: 'apps/ReplicaSet/shop/web' },
    { name: 'a StatefulSet', by: owner('StatefulSet', 'db'), want: 'apps/StatefulSet/shop/db' },
    { name: 'nobody’s', by: { ...owner('Node', 'n1'), controller: false }, want: '' },
  ])('$name', ({ by, want }) => expect(pod({ owner: by }).workload).toBe(want))
})

describe('a quota', () => {
  it('is what is left, for the pods that its scopes take', () => {
    const quota = object(
      'ResourceQuota',
      { name: 'q', namespace: 'shop' },
      {
        spec: {
          scopes: ['NotTerminating'],
          scopeSelector: { matchExpressions: [{ scopeName: 'PriorityClass', operator: 'In', values: ['high'] }] },
        },
        status: { hard: { pods: '3', cpu: '2' }, used: { pods: '1', cpu: 'much' } },
      },
    )
    const { free, scopes } = projectQuota(quota)
    expect(Object.fromEntries(free)).toEqual({ pods: 2, cpu: 2000 })
    expect(scopes).toEqual([
      { scopeName: 'NotTerminating', operator: 'Exists' },
      { scopeName: 'PriorityClass', operator: 'In', values: ['high'] },
    ])
  })
})

it('pods with equal requests share them', () => {
  expect(pod({ name: 'a' }).requests).toBe(pod({ name: 'b' }).requests)
})
