import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import type { RunningOperator } from './operator.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'overrides')
const POLICY = 'policy.karmada.io/v1alpha1'
const RECORD = 'policy.karmada.io/applied-overrides'
const CLUSTER_RECORD = 'policy.karmada.io/applied-cluster-overrides'
const fleet = useFleet({ members: 2 })
let host: ControlPlane
let first: ControlPlane
let second: ControlPlane
let operator: RunningOperator

beforeAll(() => {
  host = fleet.host
  first = fleet.member('member1')
  second = fleet.member('member2')
  operator = fleet.operator
})

const deployment = { kind: 'deployment', name: 'shop' }
const settings = { kind: 'configmap', name: 'shop' }
const container = ({ spec }: AnyObject): AnyObject => spec.template.spec.containers[0]
const marked = ({ metadata }: AnyObject): boolean => metadata.annotations['example.com/overridden'] === 'true'

/** The Work that carries an object to a member. */
async function workOf(member: ControlPlane, kind: string, name: string): Promise<AnyObject> {
  const list = await host.request(`/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member.name}/works`)
  const { items } = list as { readonly items: readonly AnyObject[] }
  return items.find(({ spec }) => {
    const [manifest] = spec.workload.manifests
    return manifest.kind === kind && manifest.metadata.name === name
  })
}

const appliedTo = async (member: ControlPlane, record: string): Promise<readonly AnyObject[]> =>
  JSON.parse((await workOf(member, 'Deployment', 'shop')).metadata.annotations[record] ?? '[]')

describe('the example', () => {
  it('brings each change to the member that it is for, and to no other', async () => {
    await host.kubectl(['apply', '-f', EXAMPLE])
    const [one] = await everywhere([first], deployment, marked)
    expect(one.spec.replicas).toBe(1)
    expect(container(one)).toMatchObject({ image: 'nginx:1.29', command: ['nginx'], args: ['-g', 'daemon off;'] })
    const [two] = await everywhere([second], deployment, marked)
    expect(two.spec.replicas).toBe(3)
    expect(container(two)).toMatchObject({
      image: 'nginx:1.29-alpine',
      command: ['nginx', '-q'],
      args: ['-g', 'daemon off; worker_processes 2;'],
    })
    expect((await appliedTo(first, RECORD)).map(({ policyName }) => policyName)).toEqual(['shop-deployment'])
    expect((await appliedTo(second, RECORD)).map(({ policyName }) => policyName)).toEqual([
      'shop-deployment',
      'shop-deployment',
    ])
  })

  it('changes values inside of files, and metadata', async () => {
    const template = await readObject(host, settings)
    const [one] = await everywhere([first], settings, () => true)
    expect(one.data).toEqual(template.data)
    const [two] = await everywhere([second], settings, ({ data }) => data['shop.yaml'].includes('second'))
    expect(two.data).toEqual({
      'shop.yaml': 'database:\n  host: db.second.example.com\n  port: 5432\nlanguages:\n- en\n- fr\n',
      'features.json': '{"checkout":true,"reviews":true}',
    })
    expect(two.metadata).toMatchObject({
      labels: { app: 'shop', 'example.com/site': 'second' },
      annotations: { 'example.com/owner': 'second-team' },
    })
    expect(one.metadata.labels['example.com/site']).toBeUndefined()
    expect(one.metadata.annotations['example.com/owner']).toBe('shop-team')
  })

  it('follows the labels of a cluster, also away again', async () => {
    await host.kubectl(['label', 'cluster', 'member2', 'region=eu'])
    const mirrored = 'mirror.eu.example.com/nginx:1.29-alpine'
    await everywhere([second], deployment, object => container(object).image === mirrored)
    expect((await appliedTo(second, CLUSTER_RECORD)).map(({ policyName }) => policyName)).toEqual(['regional-mirror'])
    expect(container(await readObject(first, deployment)).image).toBe('nginx:1.29')
    await host.kubectl(['label', 'cluster', 'member2', 'region-'])
    await everywhere([second], deployment, object => container(object).image === 'nginx:1.29-alpine')
    expect(await appliedTo(second, CLUSTER_RECORD)).toEqual([])
  })

  it('a second run of the operator, with everything applied once more, writes nothing', async () => {
    await quiet(fleet, operator)
    const before = await countRequests(fleet)
    await operator.process.stop()
    operator = await fleet.startOperator('again')
    await host.kubectl(['apply', '-f', EXAMPLE])
    await host.kubectl(['annotate', 'overridepolicy', 'shop-settings', 'example.com/note=nothing of the rules'])
    await quiet(fleet, operator)
    const writes = await writesSince(fleet, before)
    expect(writes[0]?.filter(({ group }) => group === 'work.karmada.io')).toEqual([])
    expect(writes.slice(1)).toEqual([[], []])
  })

  it('disappears in the members with its policies', async () => {
    const rules = [{ overriders: { labelsOverrider: [{ operator: 'add', value: { site: 'both' } }] } }]
    await patch('overridepolicy/shop-settings', { spec: { overrideRules: rules } })
    const template = await readObject(host, settings)
    for (const object of await everywhere(
      [first, second],
      settings,
      ({ metadata }) => metadata.labels.site === 'both',
    )) {
      expect(object.data).toEqual(template.data)
    }
    await host.kubectl(['delete', 'overridepolicy', 'shop-settings', 'shop-deployment'])
    await everywhere([first, second], settings, ({ metadata }) => metadata.labels.site === undefined)
    const [, two] = await everywhere([first, second], deployment, object => !marked(object))
    expect(two.spec.replicas).toBe(1)
    expect(container(two)).toMatchObject({ image: 'nginx:1.29', command: ['nginx'], args: ['-g', 'daemon off;'] })
    expect((await workOf(second, 'Deployment', 'shop')).metadata.annotations[RECORD]).toBeUndefined()
    await host.kubectl(['delete', '--ignore-not-found', '-f', EXAMPLE])
    await nowhere([first, second], deployment)
  })
})

describe('a change that cannot be made', () => {
  const selector = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
  const place = (namespace: string) => ({ kind: 'configmap', name: 'settings', namespace })
  const rulesFor = (path: string) => [
    { overriders: { labelsOverrider: [{ operator: 'add', value: { site: 'both' } }] } },
    { targetCluster: { clusterNames: ['member2'] }, overriders: { plaintext: [{ path, operator: 'remove' }] } },
  ]

  it('is told on template, binding and policy, holds up its own member only, and is mended by the policy', async () => {
    const namespace = await newNamespace(host, 'refused')
    const overrides = {
      apiVersion: POLICY,
      kind: 'OverridePolicy',
      metadata: { name: 'wrong', namespace },
      spec: { resourceSelectors: [selector], overrideRules: rulesFor('/data/none') },
    }
    await apply(host, overrides, propagationPolicy({ name: 'settings', namespace }, [selector]))
    await apply(host, configMap({ name: 'settings', namespace }, { a: '1' }))
    await everywhere([first], place(namespace), ({ metadata }) => metadata.labels.site === 'both')
    const want =
      'Apply override policy(refused/wrong) for cluster(member2) failed. ' +
      'spec.overrideRules[1].overriders.plaintext[0]: remove /data/none: there is nothing'
    for (const name of ['settings', 'settings-configmap', 'wrong']) {
      expect(await failureOf(namespace, name)).toBe(want)
    }
    expect(await readObject(second, place(namespace))).toBeUndefined()

    await patch('overridepolicy/wrong', { spec: { overrideRules: rulesFor('/data/a') } }, namespace)
    await everywhere([second], place(namespace), ({ data }) => data?.a === undefined)

    // What was right stays where a later change cannot be made, and the other member gets it.
    await patch('overridepolicy/wrong', { spec: { overrideRules: rulesFor('/data/none') } }, namespace)
    await quiet(fleet, operator)
    await patch('configmap/settings', { data: { b: '2' } }, namespace)
    await everywhere([first], place(namespace), ({ data }) => data.b === '2')
    await quiet(fleet, operator)
    expect((await readObject(second, place(namespace))).data?.b).toBeUndefined()
    await host.kubectl(['delete', 'overridepolicy', 'wrong', `--namespace=${namespace}`])
    const both = await everywhere(
      [first, second],
      place(namespace),
      ({ metadata }) => metadata.labels?.site === undefined,
    )
    for (const { data } of both) expect(data).toEqual({ a: '1', b: '2' })
  })
})

it('an object that is overridden to another name leaves none of the old one behind', async () => {
  const namespace = await newNamespace(host, 'renamed')
  const selector = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
  const renames = { plaintext: [{ path: '/metadata/name', operator: 'replace', value: 'other' }] }
  await apply(host, propagationPolicy({ name: 'settings', namespace }, [selector]))
  await apply(host, configMap({ name: 'settings', namespace }, { a: '1' }))
  await everywhere([first, second], { kind: 'configmap', name: 'settings', namespace }, () => true)
  await apply(host, {
    apiVersion: POLICY,
    kind: 'OverridePolicy',
    metadata: { name: 'renames', namespace },
    spec: { overrideRules: [{ targetCluster: { clusterNames: ['member2'] }, overriders: renames }] },
  })
  await everywhere([second], { kind: 'configmap', name: 'other', namespace }, ({ data }) => data.a === '1')
  await nowhere([second], { kind: 'configmap', name: 'settings', namespace })
  expect(await readObject(first, { kind: 'configmap', name: 'settings', namespace })).toBeDefined()
  await host.kubectl(['delete', 'overridepolicy', 'renames', `--namespace=${namespace}`])
  await everywhere([second], { kind: 'configmap', name: 'settings', namespace }, () => true)
  await nowhere([second], { kind: 'configmap', name: 'other', namespace })
})

function patch(target: string, body: object, namespace = 'default'): Promise<unknown> {
  return host.kubectl(['patch', target, `--namespace=${namespace}`, '--type=merge', '-p', JSON.stringify(body)])
}

/** What the event says that an object has of a failed override. */
function failureOf(namespace: string, name: string): Promise<string> {
  return eventually(`event ApplyOverridePolicyFailed of ${name}`, async () => {
    const list = await host.request(
      `/api/v1/namespaces/${namespace}/events?fieldSelector=involvedObject.name%3D${name}`,
    )
    const { items } = list as { readonly items: readonly AnyObject[] }
    return items.find(({ reason }) => reason === 'ApplyOverridePolicyFailed')?.message as string | undefined
  })
}
