import { describe, expect, it } from '@jest/globals'
import { type AnyObject, apply, eventually, nowhere, readObject } from '../cluster-view.ts'
import type { ControlPlane } from '../controlplane/control-plane.ts'
import { quiet } from '../settled.ts'
import { clusterPropagationPolicy, configMap, newNamespace, type TestFleet } from '../test-fleet.ts'

const NAMESPACE = 'tempting'
const POLICY = 'everything'
const KINDS = ['ConfigMap', 'Secret', 'ServiceAccount'] as const
const PLURALS = ['configmaps', 'secrets', 'serviceaccounts']
/** docs/reference/namespaces.md, "What is left out", and kinds.md, "Never templates". */
const SYSTEM = ['kube-system', 'kube-public', 'flotilla-system', 'karmada-cluster', 'karmada-es-member1']

/** Nearly all there is, and what nobody may have by name either: the credentials of a member, our own settings. */
const SELECTORS = [
  ...KINDS.map(kind => ({ apiVersion: 'v1', kind })),
  { apiVersion: 'v1', kind: 'Secret', namespace: 'karmada-cluster', name: 'member1' },
  { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'flotilla-system', name: 'flotilla' },
  ...SYSTEM.map(namespace => ({ apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'decoy' })),
]

const decoysIn = (namespace: string): readonly object[] => objectsIn(namespace, 'decoy')

function objectsIn(namespace: string, name: string): readonly object[] {
  return KINDS.map(kind => ({ apiVersion: 'v1', kind, metadata: { name, namespace } }))
}

/** What a cluster makes for itself, or Helm, in a namespace of users. */
const GENERATED = [
  configMap({ name: 'kube-root-ca.crt', namespace: NAMESPACE }, { 'ca.crt': 'x' }),
  configMap({ name: 'sh.helm.release.v1.shop.v1', namespace: NAMESPACE, labels: { owner: 'helm' } }),
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'sh.helm.release.v1.shop.v2', namespace: NAMESPACE },
    type: 'helm.sh/release.v1',
  },
]

/** `<kind> <namespace>/<name>` of what stands in lists of the three kinds. */
async function list(cluster: ControlPlane, isWanted: (object: AnyObject) => boolean): Promise<readonly string[]> {
  const lists = await Promise.all(PLURALS.map(plural => cluster.request(`/api/v1/${plural}`)))
  const named = lists.flatMap((answer: AnyObject, index) =>
    answer.items
      .filter(isWanted)
      .map(({ metadata }: AnyObject) => `${KINDS[index]} ${metadata.namespace}/${metadata.name}`),
  )
  return named.toSorted()
}

const isManaged = ({ metadata }: AnyObject): boolean => metadata.labels?.['karmada.io/managed'] === 'true'
const isClaimed = ({ metadata }: AnyObject): boolean =>
  metadata.annotations?.['clusterpropagationpolicy.karmada.io/name'] === POLICY

/** A policy that selects as much as a policy can. It comes before all others, so that what it took is all that there is. */
export function describeSystemObjects(fleet: TestFleet): void {
  const taken = KINDS.map(kind => `${kind} ${NAMESPACE}/ours`).toSorted()

  describe('a policy for all ConfigMaps, Secrets and ServiceAccounts', () => {
    it('takes what users have made, and nothing of the system', async () => {
      const member = fleet.member('member1')
      await newNamespace(fleet.host, NAMESPACE)
      await apply(fleet.host, ...SYSTEM.flatMap(decoysIn), ...GENERATED, ...objectsIn(NAMESPACE, 'ours'))
      await owned(fleet.host)
      const placement = { clusterAffinity: { clusterNames: ['member1'] } }
      await apply(fleet.host, clusterPropagationPolicy(POLICY, SELECTORS, { placement }))
      await eventually('what users have made is in the member', async () => (await list(member, isManaged)).length >= 3)
      await quiet(fleet)
      expect(await list(member, isManaged)).toEqual(taken)
      expect(await list(fleet.host, isClaimed)).toEqual(taken)
      expect(await boundTo(fleet.host)).toEqual(taken)
      expect((await namesOf(member, '/api/v1/namespaces')).filter(name => /^karmada-|^flotilla/.test(name))).toEqual([])
      for (const namespace of SYSTEM)
        expect(await readObject(member, { kind: 'configmap', name: 'decoy', namespace })).toBeUndefined()
    })

    it('lets go of them when it goes, and they go with their templates', async () => {
      await fleet.host.kubectl(['delete', 'clusterpropagationpolicy', POLICY])
      expect(await list(fleet.host, isClaimed)).toEqual([])
      const text = JSON.stringify({
        apiVersion: 'v1',
        kind: 'List',
        items: [...SYSTEM.flatMap(decoysIn), ...GENERATED, ...objectsIn(NAMESPACE, 'ours')],
      })
      await fleet.host.kubectl(['delete', '-f', '-'], text)
      for (const kind of ['configmap', 'secret', 'serviceaccount'])
        await nowhere([fleet.member('member1')], { kind, name: 'ours', namespace: NAMESPACE })
      await quiet(fleet)
    })
  })
}

/** One that a controller has made for another object goes when that goes. */
async function owned(host: ControlPlane): Promise<void> {
  const owner: AnyObject = await readObject(host, { kind: 'configmap', name: 'ours', namespace: NAMESPACE })
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'ours', uid: owner.metadata.uid, controller: true },
  ]
  await apply(host, configMap({ name: 'made-for-ours', namespace: NAMESPACE, ownerReferences }))
}

/** Templates of the bindings that the policy has made. */
async function boundTo(host: ControlPlane): Promise<readonly string[]> {
  const { items }: AnyObject = await host.request('/apis/work.karmada.io/v1alpha2/resourcebindings')
  return items
    .filter(isClaimed)
    .map(({ spec: { resource } }: AnyObject) => `${resource.kind} ${resource.namespace}/${resource.name}`)
    .toSorted()
}

async function namesOf(cluster: ControlPlane, path: string): Promise<readonly string[]> {
  const { items }: AnyObject = await cluster.request(path)
  return items.map(({ metadata }: AnyObject) => metadata.name)
}
