import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type AnyObject, apply } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { waitFor } from '../controlplane/wait.ts'
import { condition } from './leavings.ts'

const CRDS = fileURLToPath(new URL('../../crds', import.meta.url))

/** An apiserver of Karmada's: its API, here all as CRDs, and its namespaces. */
export async function installKarmada(karmada: ControlPlane): Promise<void> {
  const files = readdirSync(CRDS).filter(name => name.endsWith('.yaml'))
  const documents = files.map(name => readFileSync(`${CRDS}/${name}`, 'utf8'))
  await karmada.kubectl(['apply', '-f', '-'], documents.join('\n---\n'))
  for (const name of ['karmada-system', 'karmada-cluster'])
    await apply(karmada, {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { 'karmada.io/system': 'true' } },
    })
  await waitFor(async () => karmada.kubectl(['get', 'works,clusters,rb,crb,pp,cpp,op,cop', '-A']), {
    until: 'the API of Karmada is served',
    timeoutMs: 60_000,
    everyMs: 300,
  })
}

/** A Lease of one of its processes. */
export function karmadaLease(name: string, renewTime: Date): object {
  return {
    apiVersion: 'coordination.k8s.io/v1',
    kind: 'Lease',
    metadata: { name, namespace: 'karmada-system' },
    spec: {
      holderIdentity: `${name}-0`,
      leaseDurationSeconds: 15,
      renewTime: renewTime.toISOString().replace('Z', '000Z'),
    },
  }
}

/** What `karmadactl join` leaves in member and Karmada: spec/behaviour/clusters.md §1.1. */
export async function joinToKarmada(karmada: ControlPlane, member: ControlPlane): Promise<void> {
  const { name } = member
  await apply(member, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'karmada-cluster', labels: SYSTEM } })
  const { url, ca, token } = await member.kubeconfigFor({
    serviceAccount: `karmada-${name}`,
    namespace: 'karmada-cluster',
    clusterRole: 'cluster-admin',
  })
  const system: AnyObject = await member.request('/api/v1/namespaces/kube-system')
  const secretRef = { namespace: 'karmada-cluster', name }
  const impersonatorSecretRef = { namespace: 'karmada-cluster', name: `${name}-impersonator` }
  await apply(
    karmada,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `karmada-es-${name}`, labels: SYSTEM } },
    {
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata: { name, labels: { tier: 'shop' }, finalizers: ['karmada.io/cluster-controller'] },
      spec: {
        syncMode: 'Push',
        apiEndpoint: url,
        id: system.metadata.uid,
        secretRef,
        impersonatorSecretRef,
        region: 'here',
      },
    },
  )
  const cluster: AnyObject = await karmada.request(`${CLUSTERS}/${name}`)
  const owner = {
    apiVersion: 'cluster.karmada.io/v1alpha1',
    kind: 'Cluster',
    name,
    uid: cluster.metadata.uid,
    controller: true,
  }
  const secret = (metadata: object, stringData: object): object => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { ...metadata, labels: SYSTEM, ownerReferences: [owner] },
    stringData,
  })
  await apply(karmada, secret(secretRef, { token, caBundle: ca }), secret(impersonatorSecretRef, { token }))
  await karmada.request(`${CLUSTERS}/${name}/status`, { method: 'PATCH', body: { status: await statusOf(member) } })
}

/** What an agent leaves in Karmada that has registered itself: spec/behaviour/clusters.md §1.2. */
export async function registerAtKarmada(karmada: ControlPlane, name: string): Promise<void> {
  const metadata = { name, labels: { tier: 'edge' }, finalizers: ['karmada.io/cluster-controller'] }
  await apply(
    karmada,
    { apiVersion: 'v1', kind: 'Namespace', metadata: { name: `karmada-es-${name}`, labels: SYSTEM } },
    {
      apiVersion: 'cluster.karmada.io/v1alpha1',
      kind: 'Cluster',
      metadata,
      spec: { syncMode: 'Pull', region: 'there' },
    },
  )
}

const SYSTEM = { 'karmada.io/system': 'true' }
const CLUSTERS = '/apis/cluster.karmada.io/v1alpha1/clusters'

async function statusOf(member: ControlPlane): Promise<object> {
  const resources = [
    { groupVersion: 'apps/v1', resources: [{ name: 'deployments', kind: 'Deployment' }] },
    { groupVersion: 'rbac.authorization.k8s.io/v1', resources: [{ name: 'clusterroles', kind: 'ClusterRole' }] },
    {
      groupVersion: 'v1',
      resources: [
        { name: 'configmaps', kind: 'ConfigMap' },
        { name: 'services', kind: 'Service' },
      ],
    },
  ]
  const nodes: AnyObject = await member.request('/api/v1/nodes')
  const count = nodes.items.length
  return {
    kubernetesVersion: 'v1.36.3',
    apiEnablements: resources,
    conditions: [condition('Ready', 'ClusterReady', 'cluster is healthy and ready to accept workloads')],
    nodeSummary: { totalNum: count, readyNum: count },
    resourceSummary: { allocatable: { cpu: `${32 * count}`, memory: `${128 * count}Gi`, pods: `${110 * count}` } },
  }
}
