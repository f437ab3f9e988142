import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, read } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { type FaultProxy, startFaultProxy } from './controlplane/fault-proxy.ts'
import { renderKubeconfig } from './controlplane/kubeconfig.ts'
import { startTlsFront } from './controlplane/tls-front.ts'
import { joinMembers } from './joining.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const clusters = { intervalMs: 1000, failureThresholdMs: 4000, successThresholdMs: 2000, monitorIntervalMs: 500 }
const configuration = { clusters: { ...clusters, monitorGraceMs: 8000, startupGraceMs: 8000 } }
const members = ['member1', 'member2'].map(name => ({ name, components: ['apiserver'] as const }))
const fleet = useFleet({ members, configuration, join: false })
let proxy: FaultProxy

beforeAll(async () => {
  proxy = await startFaultProxy(fleet.member('member1').endpoint)
  const throughProxy = { name: 'member1', kubeconfig: renderKubeconfig('member1', proxy.endpoint) }
  await joinMembers(fleet, [throughProxy, fleet.member('member2')])
  const selected = [{ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { fleet: 'yes' } } }]
  // What is there stays, whatever becomes of the member.
  const placement = { clusterTolerations: [{ key: 'example.com/down', operator: 'Exists' }] }
  await apply(fleet.host, propagationPolicy('settings', selected, { placement }), DOWN, DIVERT)
  await place('settings')
}, 300_000)

afterAll(() => proxy?.stop())

/** What becomes of a member that is not ready: a taint that would move what is there, and an action. */
const DOWN = {
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'ClusterTaintPolicy',
  metadata: { name: 'down' },
  spec: {
    targetClusters: { clusterNames: ['member1'] },
    addOnConditions: [{ conditionType: 'Ready', operator: 'NotIn', statusValues: ['True'] }],
    removeOnConditions: [{ conditionType: 'Ready', operator: 'In', statusValues: ['True'] }],
    taints: [{ key: 'example.com/down', effect: 'NoExecute' }],
  },
}
const DIVERT = {
  apiVersion: 'remedy.karmada.io/v1alpha1',
  kind: 'Remedy',
  metadata: { name: 'divert' },
  spec: {
    decisionMatches: [
      { clusterConditionMatch: { conditionType: 'Ready', operator: 'NotEqual', conditionStatus: 'True' } },
    ],
    actions: ['TrafficControl'],
  },
}

async function place(name: string): Promise<void> {
  await apply(fleet.host, configMap({ name, labels: { fleet: 'yes' } }))
  await everywhere(fleet.members, { kind: 'configmap', name }, () => true)
}

async function conditionOf(cluster: string, type: string): Promise<AnyObject> {
  const conditions = (await read(fleet.host, 'cluster', cluster))?.status?.conditions ?? []
  return conditions.find((condition: AnyObject) => condition.type === type)
}

function untilCondition(cluster: string, type: string, status: string): Promise<AnyObject> {
  return eventually(`${cluster} has ${type} ${status}`, async () => {
    const condition = await conditionOf(cluster, type)
    return condition?.status === status ? condition : undefined
  })
}

/** What the fleet makes of member1: all that decides where something is placed. */
async function standing(binding: string) {
  const { spec, status } = await read(fleet.host, 'cluster', 'member1')
  const placed = await read(fleet.host, 'rb', binding)
  return {
    taints: (spec.taints ?? []).map(({ key, effect }: AnyObject) => `${key}:${effect}`).sort(),
    actions: status.remedyActions ?? [],
    clusters: placed.spec.clusters.map(({ name }: AnyObject) => name),
    generation: placed.metadata.generation,
  }
}

function untilStanding(binding: string, taints: readonly string[]): Promise<AnyObject> {
  return eventually(`member1 has ${taints.length} taints`, async () => {
    const now = await standing(binding)
    return now.taints.join() === taints.join() && now.actions.length > 0 === taints.length > 0 ? now : undefined
  })
}

const TAINTED = ['cluster.karmada.io/not-ready:NoSchedule', 'example.com/down:NoExecute']

describe('a member that comes and goes', () => {
  it('is seen to, and nothing is placed otherwise because of it', async () => {
    const before = { ready: await conditionOf('member1', 'Ready'), standing: await standing('settings-configmap') }
    expect(before.standing).toMatchObject({ taints: [], actions: [], clusters: ['member1', 'member2'] })
    for (const _ of [1, 2, 3]) {
      await proxy.become('failing')
      await untilCondition('member1', 'Connected', 'False')
      await proxy.become('none')
      await untilCondition('member1', 'Connected', 'True')
    }
    expect(await conditionOf('member1', 'Ready')).toEqual(before.ready)
    expect(await standing('settings-configmap')).toEqual(before.standing)
  })
})

describe('a member that goes down while there is no operator', () => {
  it('gets nothing placed by what its Cluster said before, and all when it is back', async () => {
    await fleet.operator.process.stop()
    await proxy.become('silent')
    expect(await conditionOf('member1', 'Ready')).toMatchObject({ status: 'True' })
    await apply(fleet.host, configMap({ name: 'meanwhile', labels: { fleet: 'yes' } }))
    fleet.operator.process.start()
    await everywhere([fleet.member('member2')], { kind: 'configmap', name: 'meanwhile' }, () => true)
    const first = await read(fleet.host, 'rb', 'meanwhile-configmap')
    expect(first.spec.clusters).toEqual([{ name: 'member2' }])
    expect(await conditionOf('member1', 'Ready')).toMatchObject({ status: 'False', reason: 'ClusterNotReachable' })
    const down = await untilStanding('settings-configmap', TAINTED)
    expect(down.clusters).toEqual(['member1', 'member2'])

    await proxy.become('none')
    await untilStanding('settings-configmap', [])
    await everywhere(fleet.members, { kind: 'configmap', name: 'meanwhile' }, () => true)
  })
})

const rights = (name: string, rules: readonly object[]) => [
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name }, rules },
]
const BASIC = [
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get', 'list', 'watch', 'create', 'patch'] },
  { apiGroups: [''], resources: ['nodes', 'pods', 'resourcequotas'], verbs: ['list', 'watch'] },
  { apiGroups: ['apiextensions.k8s.io'], resources: ['customresourcedefinitions'], verbs: ['list', 'watch'] },
  { apiGroups: ['apiregistration.k8s.io'], resources: ['apiservices'], verbs: ['list', 'watch'] },
]
const CONFIG_MAPS = {
  apiGroups: [''],
  resources: ['configmaps'],
  verbs: ['get', 'list', 'watch', 'create', 'patch', 'update', 'delete'],
}
const TOKENS = { apiGroups: [''], resources: ['serviceaccounts/token'], resourceNames: ['limited'], verbs: ['create'] }

describe('a token that the operator renews', () => {
  it('is replaced in time, and the Cluster says so when the member refuses', async () => {
    const member = fleet.member('member2')
    await apply(member, ...rights('limited', [...BASIC, CONFIG_MAPS]))
    const identity = { namespace: 'kube-system', serviceAccount: 'limited', clusterRole: 'limited' }
    const { url, ca, token } = await member.kubeconfigFor({ ...identity, expirationSeconds: 3600 })
    const annotations = {
      'flotilla.dev/token-service-account': 'kube-system/limited',
      'flotilla.dev/token-lifetime': '3600',
      // Half of its life is over.
      'flotilla.dev/token-expires': new Date(Date.now() + 1_800_000).toISOString(),
    }
    const metadata = { name: 'limited', namespace: 'karmada-cluster', annotations }
    await apply(fleet.host, { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { caBundle: ca, token } })
    const spec = { apiEndpoint: url, secretRef: { namespace: 'karmada-cluster', name: 'limited' } }
    await fleet.host.kubectl(['patch', 'cluster', 'member2', '--type=merge', '-p', JSON.stringify({ spec })])

    const refused = await untilCondition('member2', 'TokenRenewal', 'False')
    expect(refused.message).toMatch(/cannot create resource "serviceaccounts\/token".* let kube-system\/limited/)
    await apply(member, ...rights('limited', [...BASIC, CONFIG_MAPS, TOKENS]))
    await untilCondition('member2', 'TokenRenewal', 'True')
    const { data, metadata: now } = JSON.parse(
      await fleet.host.kubectl(['get', 'secret', 'limited', '--namespace=karmada-cluster', '-o', 'json']),
    )
    expect(Buffer.from(data.token, 'base64').toString()).not.toBe(token)
    expect(Date.parse(now.annotations['flotilla.dev/token-expires'])).toBeGreaterThan(Date.now() + 3_000_000)
    await place('renewed')
    expect(await conditionOf('member2', 'Ready')).toMatchObject({ status: 'True' })
  })
})

describe('another address and a rotated certificate', () => {
  it('are picked up without a restart', async () => {
    const { url, ca } = fleet.member('member2').endpoint
    const front = await startTlsFront({ ...fleet.member('member2').endpoint })
    const patch = (kind: string, name: string, body: object): Promise<string> =>
      fleet.host.kubectl([
        'patch',
        kind,
        name,
        '--namespace=karmada-cluster',
        '--type=merge',
        '-p',
        JSON.stringify(body),
      ])
    const trust = (caBundle: string): Promise<string> => patch('secret', 'limited', { stringData: { caBundle } })
    const moveTo = (apiEndpoint: string): Promise<string> => patch('cluster', 'member2', { spec: { apiEndpoint } })
    try {
      await trust(front.ca)
      await moveTo(front.url)
      await untilCondition('member2', 'Ready', 'True')
      await place('moved')
      front.rotate('same-ca')
      await place('rotated')
      front.rotate('new-ca')
      expect(await untilCondition('member2', 'Connected', 'False')).toMatchObject({
        reason: expect.stringMatching(/CertificateAuthorityUnknown|ConnectionBroken/),
      })
      await trust(front.ca)
      await untilCondition('member2', 'Connected', 'True')
      await place('trusted')
      await moveTo(url)
      await trust(ca)
      await place('back')
    } finally {
      await front.stop()
    }
  })
})

describe('a right that is missing', () => {
  it('is told with the rule that gives it, and given without a restart', async () => {
    const member = fleet.member('member2')
    const limited = [...BASIC, { ...CONFIG_MAPS, verbs: ['get', 'create', 'patch'] }, TOKENS]
    await apply(member, ...rights('limited', limited))
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'password', namespace: 'default' } }
    const selected = [{ apiVersion: 'v1', kind: 'Secret', name: 'password' }]
    await apply(fleet.host, propagationPolicy('password', selected), secret)
    const rule = (resource: string): string =>
      `{apiGroups: [""], resources: ["${resource}"], verbs: ["get", "list", "watch", "create", "update", "patch", "delete"]}`
    const item = await eventually('the binding says what is missing', async () => {
      const { aggregatedStatus = [] } = (await read(fleet.host, 'rb', 'password-secret'))?.status ?? {}
      return aggregatedStatus.find(({ appliedMessage }: AnyObject) => appliedMessage?.includes(rule('secrets')))
    })
    expect([item.clusterName, item.applied ?? false]).toEqual(['member2', false])
    expect(item.appliedMessage).toMatch(/cannot (get|create|patch) resource "secrets".*in the namespace "default"/)
    await eventually('the Cluster says so as well', async () => {
      const { message = '' } = (await conditionOf('member2', 'Forbidden')) ?? {}
      return message.includes(`- ${rule('secrets')}`)
    })
    await eventually('so does an event', async () => {
      const events = await fleet.host.kubectl([
        'get',
        'events',
        '-o=jsonpath={range .items[*]}{.reason} {.message}{"\\n"}{end}',
      ])
      return /SyncFailed Failed to apply to cluster member2: .*add this rule/.test(events)
    })

    await apply(
      member,
      ...rights('limited', [...BASIC, CONFIG_MAPS, TOKENS, { ...CONFIG_MAPS, resources: ['secrets'] }]),
    )
    await everywhere([member], { kind: 'secret', name: 'password' }, () => true)
    await eventually('nothing is forbidden any more', async () => {
      return (await conditionOf('member2', 'Forbidden')) === undefined
    })
  })
})

describe('a Cluster that is deleted', () => {
  const ours = /karmada\.io|flotilla/
  const clean = async (member: ControlPlane, kind: string, name: string): Promise<AnyObject> => {
    const { metadata, ...object } = (await read(member, kind, name)) ?? {}
    expect(JSON.stringify({ ...metadata, uid: '' })).not.toMatch(ours)
    return object
  }

  it('leaves what is preserved, clean of us, and takes the rest along', async () => {
    const policy = propagationPolicy('kept', [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'kept' }], {
      preserveResourcesOnDeletion: true,
    })
    await apply(fleet.host, policy, configMap('kept', { a: 'b' }))
    await everywhere(fleet.members, { kind: 'configmap', name: 'kept' }, () => true)
    await fleet.host.kubectl(['delete', 'cluster', 'member1', '--wait=false'])
    await nowhere([fleet.host], { kind: 'cluster', name: 'member1' })
    expect((await clean(fleet.member('member1'), 'configmap', 'kept')).data).toEqual({ a: 'b' })
    expect(await read(fleet.member('member1'), 'configmap', 'settings')).toBeUndefined()
  })

  it('leaves everything, clean of us, when it says so', async () => {
    const member = fleet.member('member2')
    const namespace = await newNamespace(fleet.host, 'shop')
    const policy = propagationPolicy({ name: 'shop', namespace }, [{ apiVersion: 'v1', kind: 'ConfigMap' }])
    await apply(fleet.host, policy, configMap({ name: 'offer', namespace }, { a: 'b' }))
    await everywhere([member], { kind: 'configmap', name: 'offer', namespace }, () => true)
    const before = await read(member, 'configmap', 'settings')
    await fleet.host.kubectl(['annotate', 'cluster', 'member2', 'flotilla.dev/on-deletion=keep-resources'])
    await fleet.host.kubectl(['delete', 'cluster', 'member2', '--wait=false'])
    await nowhere([fleet.host], { kind: 'cluster', name: 'member2' })
    for (const name of ['settings', 'renewed', 'kept']) await clean(member, 'configmap', name)
    expect((await read(member, 'configmap', 'settings')).metadata.uid).toBe(before.metadata.uid)
    expect((await read(member, 'secret', 'password')).metadata.labels).toBeUndefined()
    await clean(member, 'namespace', namespace)
    await everywhere([member], { kind: 'configmap', name: 'offer', namespace }, () => true)
  })
})

describe('an agent', () => {
  it('lives as long as it renews its Lease, whatever its clock says, and no longer', async () => {
    const renew = (second: number) => ({
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: { name: 'pulled', namespace: 'karmada-cluster' },
      spec: {
        holderIdentity: 'agent',
        renewTime: new Date(Date.UTC(1999, 11, 31) + second * 1_000).toISOString().replace('Z', '000Z'),
      },
    })
    const pulled = { apiVersion: 'cluster.karmada.io/v1alpha1', kind: 'Cluster', metadata: { name: 'pulled' } }
    await apply(fleet.host, { ...pulled, spec: { syncMode: 'Pull' } }, renew(0))
    const status = { type: 'Ready', status: 'True', reason: 'ClusterReady', message: '' }
    const body = { status: { conditions: [{ ...status, lastTransitionTime: '2026-01-01T00:00:00Z' }] } }
    const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify(body)]
    await fleet.host.kubectl(['patch', 'cluster', 'pulled', ...patch])
    const startMs = performance.now()
    for (let second = 1; performance.now() - startMs < 10_000; second++) {
      await apply(fleet.host, renew(second))
      expect(await conditionOf('pulled', 'Ready')).toMatchObject({ status: 'True' })
    }
    expect(await untilCondition('pulled', 'Ready', 'Unknown')).toMatchObject({ reason: 'ClusterStatusUnknown' })
    await eventually('it is tainted', async () => {
      const { taints = [] } = (await read(fleet.host, 'cluster', 'pulled')).spec
      return taints.some(({ key }: AnyObject) => key === 'cluster.karmada.io/unreachable')
    })
    await fleet.host.kubectl(['delete', 'cluster', 'pulled', '--wait=false'])
    await nowhere([fleet.host], { kind: 'cluster', name: 'pulled' })
  })
})
