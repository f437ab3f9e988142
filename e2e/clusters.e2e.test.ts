import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, read } from './cluster-view.ts'
import type { ControlPlane, Kubeconfig } from './controlplane/control-plane.ts'
import { joinManifests } from './joining.ts'
import { configMap, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const COMPONENTS = ['apiserver', 'controller-manager'] as const
const SETTINGS = { kind: 'configmap', name: 'settings' }
const labels = { app: 'idle' }
/** Rolled out as soon as it is seen. */
const IDLE = {
  ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'idle', namespace: 'default' } },
  spec: {
    replicas: 0,
    selector: { matchLabels: labels },
    template: { metadata: { labels }, spec: { containers: [{ name: 'idle', image: 'nginx' }] } },
  },
}
/** Short, so that a member that is down is soon known to be. */
const configuration = { clusters: { intervalMs: 1000, failureThresholdMs: 2000, successThresholdMs: 1000 } }

const members = ['member1', 'member2'].map(name => ({ name, components: COMPONENTS }))
const fleet = useFleet({ members, configuration })

beforeAll(async () => {
  const selected = [{ apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { fleet: 'yes' } } }]
  // Tolerates everything: only what a cluster is keeps it out.
  const placement = { clusterTolerations: [{ operator: 'Exists' }] }
  await apply(fleet.host, propagationPolicy('settings', selected, { placement }))
  await apply(fleet.host, propagationPolicy('idle', [{ apiVersion: 'apps/v1', kind: 'Deployment' }], { placement }))
  await apply(fleet.host, IDLE)
  await propagate('1')
}, 300_000)

async function propagate(version: string, clusters: readonly ControlPlane[] = fleet.members): Promise<void> {
  await apply(fleet.host, configMap({ name: 'settings', labels: { fleet: 'yes' } }, { version }))
  await everywhere(clusters, SETTINGS, object => object.data.version === version)
}

async function conditionOf(cluster: string, type: string): Promise<AnyObject> {
  const conditions = (await read(fleet.host, 'cluster', cluster))?.status?.conditions ?? []
  return conditions.find((condition: AnyObject) => condition.type === type)
}

function untilReason(cluster: string, reason: string): Promise<AnyObject> {
  return eventually(`${cluster} is Ready or not because of ${reason}`, async () => {
    const ready = await conditionOf(cluster, 'Ready')
    return ready?.reason === reason ? ready : undefined
  })
}

/** Waits until the binding says whether what members told is fresh, and has the health of member1 accordingly. */
function untilStale(status: 'True' | 'False', message: RegExp): Promise<AnyObject> {
  return eventually(`the binding has StatusStale ${status}`, async () => {
    const { conditions = [], aggregatedStatus = [] } =
      (await read(fleet.host, 'rb', 'settings-configmap'))?.status ?? {}
    const told = conditions.find((condition: AnyObject) => condition.type === 'StatusStale')
    const { health } = aggregatedStatus.find((item: AnyObject) => item.clusterName === 'member1') ?? {}
    const isAsWanted = health === (status === 'True' ? 'Unknown' : 'Healthy')
    return told?.status === status && message.test(told.message) && isAsWanted ? told : undefined
  })
}

/** Waits until the template's condition Progressing has a reason. */
function untilProgressing(reason: string): Promise<AnyObject> {
  return eventually(`the template is ${reason}`, async () => {
    const conditions = (await read(fleet.host, 'deployment', 'idle'))?.status?.conditions ?? []
    return conditions.find((each: AnyObject) => each.type === 'Progressing' && each.reason === reason)
  })
}

const tokenSecret = ({ ca, token }: Kubeconfig, name: string) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'karmada-cluster' },
  stringData: { caBundle: ca, token },
})

describe('a token', () => {
  it('that is revoked and rotated takes what is propagated along, without a restart', async () => {
    const member = fleet.member('member1')
    const identity = { namespace: 'kube-system', clusterRole: 'cluster-admin' }
    const old = await member.kubeconfigFor({ ...identity, serviceAccount: 'old' })
    const next = await member.kubeconfigFor({ ...identity, serviceAccount: 'next' })
    await fleet.host.kubectl(['delete', 'secret', 'member1', '--namespace=karmada-cluster'])
    await apply(fleet.host, tokenSecret(old, 'member1'))
    const body = JSON.stringify({ spec: { apiEndpoint: old.url } })
    await fleet.host.kubectl(['patch', 'cluster', 'member1', '--type=merge', '-p', body])
    await untilReason('member1', 'ClusterReady')
    await propagate('2')

    await member.kubectl(['delete', 'serviceaccount', 'old', '--namespace=kube-system'])
    expect((await untilReason('member1', 'ClusterNotReachable')).message).toMatch(/401.*put a new one into the Secret/)
    const stale = await untilStale('True', /told: member1$/)
    const unknown = await untilProgressing('ClustersNotReady')
    expect(unknown).toMatchObject({ status: 'Unknown', message: expect.stringContaining('member1.') })
    // Another operator knows it as well, and nobody has claimed anything else in between.
    await fleet.operator.process.stop()
    fleet.operator.process.start()
    await fleet.operator.ready()
    await propagate('3', [fleet.member('member2')])
    expect(await untilStale('True', /told: member1$/)).toEqual(stale)
    expect(await untilProgressing('ClustersNotReady')).toEqual(unknown)
    await apply(fleet.host, tokenSecret(next, 'member1'))
    await untilReason('member1', 'ClusterReady')
    await everywhere([member], SETTINGS, object => object.data.version === '3')
    await untilStale('False', /are ready/)
    await untilProgressing('NewReplicaSetAvailable')
    await propagate('4')
  })
})

describe('a second Cluster for a member', () => {
  it('gets nothing placed, whatever the policy tolerates, and takes nothing along when it goes', async () => {
    const member = fleet.member('member1')
    const copies = joinManifests(member).map((object: AnyObject) => ({
      ...object,
      metadata: { ...object.metadata, name: 'copy' },
      ...(object.spec && { spec: { ...object.spec, secretRef: { ...object.spec.secretRef, name: 'copy' } } }),
    }))
    await apply(fleet.host, ...copies)
    expect((await untilReason('copy', 'DuplicateCluster')).message).toContain('same cluster as member1')
    await propagate('5')
    await apply(fleet.host, configMap({ name: 'placed-later', labels: { fleet: 'yes' } }))
    await everywhere(fleet.members, { kind: 'configmap', name: 'placed-later' }, () => true)
    for (const binding of ['settings-configmap', 'placed-later-configmap']) {
      const { clusters } = (await read(fleet.host, 'rb', binding)).spec
      expect(clusters.map(({ name }: AnyObject) => name)).toEqual(['member1', 'member2'])
    }
    await fleet.host.kubectl(['delete', 'cluster', 'copy', '--wait=false'])
    await nowhere([fleet.host], { kind: 'cluster', name: 'copy' })
    await propagate('6')
  })
})

describe('a Cluster that is deleted', () => {
  it('empties its member even when the operator is killed in the midst of it', async () => {
    await fleet.operator.process.kill()
    // Where the operator was: the Cluster, its namespace and its Works are about to go, and nobody has done it.
    await fleet.host.kubectl(['delete', 'cluster', 'member2', '--wait=false'])
    await fleet.host.kubectl(['delete', 'namespace', 'karmada-es-member2', '--wait=false'])
    await eventually('its Works are about to go', async () => {
      const works = JSON.parse(await fleet.host.kubectl(['get', 'works', '-n', 'karmada-es-member2', '-o', 'json']))
      return works.items.every(({ metadata }: AnyObject) => metadata.deletionTimestamp !== undefined)
        ? works
        : undefined
    })
    fleet.operator.process.start()
    await nowhere([fleet.host], { kind: 'cluster', name: 'member2' })
    expect(await read(fleet.member('member2'), 'configmap', 'settings')).toBeUndefined()
    expect(await read(fleet.member('member2'), 'configmap', 'placed-later')).toBeUndefined()
    await everywhere([fleet.member('member1')], SETTINGS, () => true)
  })

  it('goes although its member is down, and says what stays there', async () => {
    const member = fleet.member('member1')
    await fleet.operator.ready()
    await member.stop('apiserver')
    await fleet.host.kubectl(['delete', 'cluster', 'member1', '--wait=false'])
    await nowhere([fleet.host], { kind: 'cluster', name: 'member1' })
    await nowhere([fleet.host], { kind: 'namespace', name: 'karmada-es-member1' })
    await eventually('an event tells what stays there', async () => {
      const reasons = await fleet.host.kubectl([
        'get',
        'events',
        '--all-namespaces',
        '-o=jsonpath={range .items[*]}{.reason} {.regarding.name}{.involvedObject.name}{"\\n"}{end}',
      ])
      return /MemberObjectsLeft member1/.test(reasons)
    })
    await member.start('apiserver')
    expect((await read(member, 'configmap', 'settings')).data).toEqual({ version: '6' })
  })
})
