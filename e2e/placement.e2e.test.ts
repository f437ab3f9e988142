import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { milliUnits, parseQuantity } from '../src/object/quantity.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { joinMembers } from './joining.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const ROOT = join(import.meta.dirname, '..')
const REGIONS: Readonly<Record<string, string>> = { member1: 'eu', member2: 'us', member3: 'asia' }
const HOUR_MS = 3_600_000
/** Sizes are those of the examples. member4 joins in the end. */
const fleet = useFleet({
  members: [{ name: 'member1', nodes: { count: 2, cpu: '4' } }, 'member2', 'member3', 'member4'],
  nodes: { count: 1, cpu: '4' },
  join: false,
  configuration: {
    features: { workloadAffinity: true, policyPreemption: true },
    clusters: { intervalMs: 1_000 },
    // What waits is tried when something happens, not because time has passed.
    scheduling: { unschedulableRetryMs: HOUR_MS, failureRetryMs: HOUR_MS },
  },
})
let host: ControlPlane

beforeAll(async () => {
  host = fleet.host
  await joinMembers(fleet, members('member1', 'member2', 'member3'))
  for (const [name, region] of Object.entries(REGIONS)) await patchCluster(name, { spec: { region } })
  await freeCpus('member1', 8)
})

const members = (...names: readonly string[]): readonly ControlPlane[] => names.map(name => fleet.member(name))
const patchCluster = (name: string, patch: object): Promise<string> =>
  host.kubectl(['patch', 'cluster', name, '--type=merge', '-p', JSON.stringify(patch)])
const scale = (name: string, replicas: number): Promise<string> =>
  host.kubectl(['scale', `deployment/${name}`, `--replicas=${replicas}`])
const example = (name: string): string => join(ROOT, 'examples', 'placement', name)
const applyExample = (name: string): Promise<string> => host.kubectl(['apply', '-f', example(name)])
const deleteExample = (name: string): Promise<string> => host.kubectl(['delete', '--wait=false', '-f', example(name)])

type Targets = Readonly<Record<string, number>>
const targetsIn = (list: readonly { name: string; replicas?: number }[] = []): Targets =>
  Object.fromEntries(list.map(({ name, replicas = 0 }) => [name, replicas]))
const bindingOf = (name: string, namespace = 'default'): Promise<AnyObject> =>
  readObject(host, { kind: 'rb', name, namespace })
const targetsOf = async (name: string, namespace?: string): Promise<Targets> =>
  targetsIn((await bindingOf(name, namespace))?.spec.clusters)
const sumOf = (targets: Targets): number => Object.values(targets).reduce((sum, count) => sum + count, 0)

/** Waits until a binding has exactly these targets. */
async function placed(name: string, want: Targets, namespace?: string): Promise<void> {
  let seen: Targets = {}
  const isThere = async (): Promise<boolean> => {
    seen = await targetsOf(name, namespace)
    return JSON.stringify(seen) === JSON.stringify(want)
  }
  await eventually(`${name} is placed on ${JSON.stringify(want)}`, isThere).catch(() => expect(seen).toEqual(want))
}

/** Waits until a binding tells that it has no place. @returns the decision that is kept on it. */
async function waits(name: string, reason: string, namespace?: string): Promise<AnyObject> {
  return eventually(`${name} waits: ${reason}`, async () => {
    const { metadata, status } = (await bindingOf(name, namespace)) ?? {}
    const conditions: readonly { type: string; reason: string }[] = status?.conditions ?? []
    const isSo = conditions.some(condition => condition.type === 'Scheduled' && condition.reason === reason)
    return isSo && JSON.parse(metadata.annotations['flotilla.dev/decision'])
  })
}

function messageOf(status: AnyObject, type: string): string {
  return status.conditions.find((condition: AnyObject) => condition.type === type)?.message
}

/** What `npx flotilla plan` says before anything is applied. */
async function planned(name: string, ...more: readonly string[]): Promise<Targets> {
  const launcher = join(ROOT, 'bin', 'flotilla.mjs')
  const flags = ['--kubeconfig', host.kubeconfigPath, 'plan', '-f', example(name), '-o', 'json', ...more]
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...flags])
  const [plan]: AnyObject[] = JSON.parse(stdout).plans
  return targetsIn(plan.clusters.filter(({ verdict }: AnyObject) => verdict === 'target'))
}

const cpus = (text = '0'): number => milliUnits(parseQuantity(text)) / 1000

/** Waits until the host knows how many CPUs a member has left. */
async function freeCpus(name: string, count: number): Promise<void> {
  await eventually(`${name} has ${count} CPUs left`, async () => {
    const { allocatable, allocated } = (await readObject(host, { kind: 'cluster', name })).status?.resourceSummary ?? {}
    return cpus(allocatable?.cpu) - cpus(allocated?.cpu) === count
  })
}

function workload(name: string, { replicas, cpu }: { readonly replicas: number; readonly cpu: string }): object {
  const labels = { app: name }
  const containers = [{ name, image: 'nginx:1.29', resources: { requests: { cpu } } }]
  const spec = { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'default' }, spec }
}

const selecting = (kind: string, apiVersion: string, name: string): object => ({ apiVersion, kind, name })

describe('the example', () => {
  it('weights: replicas 1:2', async () => {
    expect(await planned('weights')).toEqual({ member1: 3, member2: 6 })
    await applyExample('weights')
    await placed('weights-deployment', { member1: 3, member2: 6 })
    await everywhere(members('member2'), { kind: 'deployment', name: 'weights' }, ({ spec }) => spec.replicas === 6)
    await scale('weights', 10)
    await placed('weights-deployment', { member1: 3, member2: 7 })
    await deleteExample('weights')
  })

  it('aggregated: close together, and what does not fit goes on', async () => {
    expect(await planned('aggregated')).toEqual({ member1: 3 })
    expect(Object.keys(await planned('aggregated', '--what-if', 'replicas=20'))).toHaveLength(2)
    await applyExample('aggregated')
    await placed('aggregated-deployment', { member1: 3 })
    await deleteExample('aggregated')
    await nowhere(members('member1'), { kind: 'deployment', name: 'aggregated' })
  })

  it('dynamic-weights: by what nodes have room for, whoever takes it', async () => {
    const [first] = members('member1')
    await apply(first as ControlPlane, workload('local', { replicas: 6, cpu: '1' }))
    await freeCpus('member1', 2)
    expect(await planned('dynamic-weights')).toEqual({ member1: 2, member2: 3, member3: 3 })
    await first?.kubectl(['delete', 'deployment', 'local'])
    await freeCpus('member1', 8)
    expect(await planned('dynamic-weights')).toEqual({ member1: 4, member2: 2, member3: 2 })
    await applyExample('dynamic-weights')
    await placed('dynamic-deployment', { member1: 4, member2: 2, member3: 2 })
  })

  it('dynamic-weights: more replicas move nothing, too many wait for room, and get it when a node comes', async () => {
    await freeCpus('member1', 4)
    await scale('dynamic', 30)
    const decision = await waits('dynamic-deployment', 'Unschedulable')
    expect(decision.message).toMatch(/^Clusters available replicas \d+ are not enough to schedule\.$/)
    expect(await targetsOf('dynamic-deployment')).toEqual({ member1: 4, member2: 2, member3: 2 })
    await fleet.member('member3').addNodes({ count: 1, cpu: '32' })
    const after = await eventually('thirty are placed', async () => {
      const targets = await targetsOf('dynamic-deployment')
      return sumOf(targets) === 30 && targets
    })
    for (const [name, count] of Object.entries({ member1: 4, member2: 2, member3: 2 })) {
      expect(after[name]).toBeGreaterThanOrEqual(count)
    }
    await deleteExample('dynamic-weights')
  })

  it('regions: two of three', async () => {
    const plan = await planned('regions')
    expect(new Set(Object.keys(plan).map(name => REGIONS[name])).size).toBe(2)
    await applyExample('regions')
    await placed('regions-deployment', plan)
    expect(Object.values(plan)).toEqual([2, 2])
    await deleteExample('regions')
  })

  it('taints: keep out what does not tolerate them, until they are gone', async () => {
    await patchCluster('member3', { spec: { taints: [{ key: 'gpu', value: 'true', effect: 'NoSchedule' }] } })
    await applyExample('taints')
    await placed('anywhere-deployment', { member1: 1, member2: 1 })
    await placed('on-gpu-deployment', { member1: 1, member2: 1, member3: 1 })
    const placement = {
      clusterAffinity: { clusterNames: ['member3'] },
      replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Aggregated' },
    }
    await apply(
      host,
      propagationPolicy('only-there', [selecting('Deployment', 'apps/v1', 'only-there')], { placement }),
    )
    await apply(host, workload('only-there', { replicas: 2, cpu: '100m' }))
    const { clusters } = await waits('only-there-deployment', 'NoClusterFit')
    expect(clusters.find(({ name }: AnyObject) => name === 'member3').rejected).toEqual({
      TaintToleration: 'cluster(s) had untolerated taint {gpu=true:NoSchedule}',
    })
    await patchCluster('member3', { spec: { taints: null } })
    await placed('anywhere-deployment', { member1: 1, member2: 1, member3: 1 })
    await placed('only-there-deployment', { member3: 2 })
    await deleteExample('taints')
  })

  it('ordered-groups: the next one takes over, and keeps it', async () => {
    const group = async (): Promise<string> =>
      (await bindingOf('ordered-deployment')).status.schedulerObservingAffinityName
    await host.kubectl(['label', 'cluster', 'member1', 'tier=primary'])
    await applyExample('ordered-groups')
    await placed('ordered-deployment', { member1: 1 })
    await eventually('the first group is told', async () => (await group()) === 'primary')
    await host.kubectl(['label', 'cluster', 'member1', 'tier-'])
    await placed('ordered-deployment', { member2: 1 })
    await eventually('the second group is told', async () => (await group()) === 'backup')
    await nowhere(members('member1'), { kind: 'deployment', name: 'ordered' })
    await host.kubectl(['label', 'cluster', 'member1', 'tier=primary'])
    await apply(host, configMap('settled'))
    await apply(host, propagationPolicy('settled', [selecting('ConfigMap', 'v1', 'settled')]))
    await everywhere(members('member2'), { kind: 'configmap', name: 'settled' }, () => true)
    expect(await targetsOf('ordered-deployment')).toEqual({ member2: 1 })
    await deleteExample('ordered-groups')
  })
})

describe('what has no place', () => {
  it('gets one as soon as a cluster has the label', async () => {
    const placement = { clusterAffinity: { labelSelector: { matchLabels: { disk: 'fast' } } } }
    await apply(host, propagationPolicy('fast', [selecting('ConfigMap', 'v1', 'fast')], { placement }))
    await apply(host, configMap('fast'))
    await waits('fast-configmap', 'NoClusterFit')
    await host.kubectl(['label', 'cluster', 'member2', 'disk=fast'])
    await placed('fast-configmap', { member2: 0 })
  })

  it('gets one as soon as a member serves the API', async () => {
    const names = { kind: 'Gadget', plural: 'gadgets' }
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    const versions = [{ name: 'v1', served: true, storage: true, schema }]
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'gadgets.example.com' },
      spec: { group: 'example.com', scope: 'Namespaced', names, versions },
    }
    await apply(host, definition)
    await apply(host, propagationPolicy('gadgets', [selecting('Gadget', 'example.com/v1', 'gadget')]))
    await eventually('the kind is served', async () => {
      const gadget = {
        apiVersion: 'example.com/v1',
        kind: 'Gadget',
        metadata: { name: 'gadget', namespace: 'default' },
      }
      return apply(host, gadget).then(
        () => true,
        () => false,
      )
    })
    await waits('gadget-gadget', 'NoClusterFit')
    const { status } = await bindingOf('gadget-gadget')
    expect(messageOf(status, 'Scheduled')).toBe(
      '0/3 clusters are available: 3 cluster(s) did not have the API resource. ' +
        'It goes on by itself when a cluster serves Gadget of example.com/v1.',
    )
    const [first] = [fleet.member('member1')]
    await apply(first, definition)
    await placed('gadget-gadget', { member1: 0 })
    await everywhere([first], { kind: 'gadget', name: 'gadget' }, () => true)

    // One that loses the kind later is told by Work and binding, until it serves the kind again.
    await first.kubectl(['delete', 'crd', 'gadgets.example.com'])
    await host.kubectl(['annotate', 'gadget', 'gadget', 'example.com/touched=yes'])
    const waiting =
      'cluster member1 does not serve example.com/v1/Gadget; install its CRD there, or propagate it: this goes on by itself then'
    await eventually('the binding tells of it', async () => {
      const [item] = (await bindingOf('gadget-gadget')).status.aggregatedStatus
      return item?.applied !== true && item?.appliedMessage.includes(waiting)
    })
    await apply(first, definition)
    const isTouched = ({ metadata }: AnyObject) => metadata.annotations['example.com/touched'] === 'yes'
    await everywhere([first], { kind: 'gadget', name: 'gadget' }, isTouched)
  })

  it('each of a group that keeps apart has a cluster of its own, although they come at once; who is left over follows', async () => {
    const namespace = await newNamespace(host, 'apart')
    const placement = {
      spreadConstraints: [{ spreadByField: 'cluster', minGroups: 1, maxGroups: 1 }],
      workloadAffinity: { antiAffinity: { groupByLabelKey: 'group' } },
    }
    const selectors = [{ apiVersion: 'v1', kind: 'ConfigMap' }]
    await apply(host, propagationPolicy({ name: 'p', namespace }, selectors, { placement }))
    const names = ['a', 'b', 'c']
    const made = (name: string): object => configMap({ name, namespace, labels: { group: 'db' } })
    await apply(host, ...names.map(made))
    const taken = await eventually('all are placed', async () => {
      const targets = await Promise.all(names.map(name => targetsOf(`${name}-configmap`, namespace)))
      return targets.every(each => Object.keys(each).length === 1) && targets.flatMap(each => Object.keys(each))
    })
    expect([...taken].sort()).toEqual(['member1', 'member2', 'member3'])
    await apply(host, made('d'))
    await waits('d-configmap', 'NoClusterFit', namespace)
    await host.kubectl(['delete', 'configmap', 'a', `--namespace=${namespace}`])
    await placed('d-configmap', { [taken[0] ?? '']: 0 }, namespace)
  })
})

describe('a policy that preempts', () => {
  it('takes over what another has claimed, and says so', async () => {
    const namespace = await newNamespace(host, 'taken')
    const to = (name: string) => ({ placement: { clusterAffinity: { clusterNames: [name] } } })
    const place = { kind: 'configmap', name: 'settings', namespace }
    const settings = [selecting('ConfigMap', 'v1', 'settings')]
    await apply(host, propagationPolicy({ name: 'first', namespace }, settings, to('member1')))
    await apply(host, configMap({ name: 'settings', namespace }))
    await everywhere(members('member1'), place, () => true)
    await apply(host, propagationPolicy({ name: 'meek', namespace }, settings, { ...to('member3'), priority: 9 }))
    const taker = { ...to('member2'), priority: 1, preemption: 'Always' }
    await apply(host, propagationPolicy({ name: 'taker', namespace }, settings, taker))
    await everywhere(members('member2'), place, () => true)
    await nowhere(members('member1', 'member3'), place)
    const claimed = await readObject(host, place)
    expect(claimed.metadata.annotations['propagationpolicy.karmada.io/name']).toBe('taker')
    await eventually('an event tells of it', async () => {
      const events = await host.kubectl(['get', 'events', `--namespace=${namespace}`, '-o', 'json'])
      return events.includes('PreemptPolicySucceed')
    })
  })
})

describe('the last example', () => {
  it('joining-later: a cluster that joins gets what is there', async () => {
    await applyExample('joining-later')
    await placed('joining-configmap', { member1: 0, member2: 0, member3: 0 })
    await joinMembers(fleet, members('member4'))
    await everywhere(members('member4'), { kind: 'configmap', name: 'joining' }, () => true)
    await placed('joining-configmap', { member1: 0, member2: 0, member3: 0, member4: 0 })
    await deleteExample('joining-later')
  })
})
