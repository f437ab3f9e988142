import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, nowhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { quiet } from './settled.ts'
import { clusterPropagationPolicy, configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(180_000)

const CLAIMED_BY = 'propagationpolicy.karmada.io/name'
const CLAIMED_BY_CLUSTER = 'clusterpropagationpolicy.karmada.io/name'
const fleet = useFleet({ members: 2 })
let host: ControlPlane
let members: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  members = fleet.members
})

/** The template of each story, which has a namespace of its own. */
const settings = (namespace: string, data: Record<string, string> = { a: '1' }, labels: object = { tier: 'web' }) =>
  configMap({ name: 'settings', namespace, labels }, data)
const byName = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }
const byLabel = { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { tier: 'web' } } }
const all = { apiVersion: 'v1', kind: 'ConfigMap' }
const policy = (namespace: string, name: string, spec: object) =>
  propagationPolicy({ name, namespace }, [byLabel], spec)
const place = (namespace: string) => ({ kind: 'configmap', name: 'settings', namespace })
const template = (namespace: string): Promise<AnyObject> => readObject(host, place(namespace))
const patch = (namespace: string, target: string, body: object) =>
  host.kubectl(['patch', target, `--namespace=${namespace}`, '--type=merge', '-p', JSON.stringify(body)])

/** Waits until the operator has seen a policy, which it gives an id then: one that it sees after a template takes nothing over. */
async function seen(name: string, namespace?: string): Promise<void> {
  const plural = namespace === undefined ? 'clusterpropagationpolicies' : `namespaces/${namespace}/propagationpolicies`
  await eventually(`the operator has seen the policy ${name}`, async () => {
    const { metadata }: AnyObject = await host.request(`/apis/policy.karmada.io/v1alpha1/${plural}/${name}`)
    return Object.keys(metadata.labels ?? {}).some(key => key.endsWith('propagationpolicy.karmada.io/permanent-id'))
  })
}

/** The policy that has claimed the template, once one has. */
const claimed = (namespace: string): Promise<string> =>
  eventually(`the ConfigMap of ${namespace} is claimed`, async () => {
    const annotations = (await template(namespace))?.metadata.annotations ?? {}
    return annotations[CLAIMED_BY] ?? annotations[CLAIMED_BY_CLUSTER]
  })

describe('of several policies the best one claims a template', () => {
  const named = { resourceSelectors: [byName] }
  const labelled = { resourceSelectors: [byLabel] }
  const whole = { resourceSelectors: [all] }
  it.each([
    { name: 'priority', specs: { a: labelled, z: { ...whole, priority: 10 } }, want: 'z' },
    { name: 'selector', specs: { a: whole, b: labelled, c: named }, want: 'c' },
    { name: 'alphabet', specs: { b: labelled, a: labelled }, want: 'a' },
  ])('by $name', async ({ name, specs, want }) => {
    const namespace = await newNamespace(host, `best-${name}`)
    await apply(host, ...Object.entries(specs).map(([policyName, spec]) => policy(namespace, policyName, spec)))
    for (const policyName of Object.keys(specs)) await seen(policyName, namespace)
    await apply(host, settings(namespace))
    expect(await claimed(namespace)).toBe(want)
    await everywhere(members, place(namespace), object => object.data.a === '1')
  })

  it('of the namespace before one of the cluster, whatever its priority', async () => {
    const namespace = await newNamespace(host, 'best-scope')
    const everywherePolicy = clusterPropagationPolicy('everywhere', [{ ...all, namespace }], { priority: 100 })
    await apply(host, everywherePolicy, policy(namespace, 'here', {}))
    await seen('everywhere')
    await seen('here', namespace)
    await apply(host, settings(namespace))
    expect(await claimed(namespace)).toBe('here')
    // The better one gone, the other takes over, and nothing leaves the members meanwhile.
    const [before] = await everywhere(members, place(namespace), () => true)
    await host.kubectl(['delete', 'propagationpolicy', 'here', `--namespace=${namespace}`])
    await eventually('the other policy has claimed it', async () => {
      return (await template(namespace)).metadata.annotations?.[CLAIMED_BY_CLUSTER] === 'everywhere'
    })
    const [after] = await everywhere(members, place(namespace), () => true)
    expect(after.metadata.uid).toBe(before.metadata.uid)
    await host.kubectl(['delete', 'clusterpropagationpolicy', 'everywhere'])
  })
})

describe('a policy that also selects', () => {
  it.each([
    { what: 'a kind that no server can serve', name: 'unnameable', apiVersion: '/etc/passwd' },
    {
      what: 'a kind whose server is away',
      name: 'away',
      apiVersion: 'away.example.com/v1',
      told: 'does not say whether it serves away.example.com/v1 Widget',
    },
  ])('$what places the others', async ({ name, apiVersion, told }) => {
    const spec = { service: { name: 'away', namespace: 'default' }, insecureSkipTLSVerify: true }
    const service = {
      apiVersion: 'apiregistration.k8s.io/v1',
      kind: 'APIService',
      metadata: { name: 'v1.away.example.com' },
      spec: { group: 'away.example.com', version: 'v1', groupPriorityMinimum: 1, versionPriority: 1, ...spec },
    }
    const namespace = await newNamespace(host, `beside-${name}`)
    await apply(host, service)
    try {
      await apply(host, policy(namespace, 'both', { resourceSelectors: [{ apiVersion, kind: 'Widget' }, byLabel] }))
      await apply(host, settings(namespace))
      expect(await claimed(namespace)).toBe('both')
      await everywhere(members, place(namespace), object => object.data.a === '1')
      if (told !== undefined) {
        await eventually('the policy says why the others are not', async () =>
          (await host.kubectl(['get', 'events', `--namespace=${namespace}`])).includes(told),
        )
      }
      await host.kubectl(['delete', 'configmap', 'settings', `--namespace=${namespace}`])
    } finally {
      await host.kubectl(['delete', 'apiservice', 'v1.away.example.com'])
    }
    await host.kubectl(['delete', 'propagationpolicy', 'both', `--namespace=${namespace}`])
    await eventually('the policy is gone', async () => {
      const found = await host.kubectl(['get', 'propagationpolicies', '-o', 'name', `--namespace=${namespace}`])
      return found.trim() === ''
    })
  })
})

describe('a lazy policy', () => {
  it('lets what is there be until its user changes it, and what it says then until the next change', async () => {
    const namespace = await newNamespace(host, 'lazy')
    await apply(host, settings(namespace))
    // A time of creation has whole seconds: the template is older than the policy.
    await eventually('a second has passed', async () => {
      const { creationTimestamp = '' } = (await template(namespace)).metadata
      return Date.now() - Date.parse(creationTimestamp) > 2_000
    })
    await apply(host, policy(namespace, 'lazy', { activationPreference: 'Lazy' }))
    expect(await claimed(namespace)).toBe('lazy')
    const waits = 'flotilla.dev/lazy-digest'
    await eventually('it waits', async () => (await template(namespace)).metadata.annotations?.[waits] !== undefined)
    await nowhere(members, place(namespace))
    await patch(namespace, 'configmap/settings', { data: { a: '2' } })
    await everywhere(members, place(namespace), object => object.data.a === '2')
    // Another placement counts from the next change on.
    const clusterAffinity = { clusterNames: [fleet.member('member1').name] }
    await patch(namespace, 'propagationpolicy/lazy', { spec: { placement: { clusterAffinity } } })
    await quiet(fleet)
    await everywhere(members, place(namespace), object => object.data.a === '2')
    await patch(namespace, 'configmap/settings', { data: { a: '3' } })
    await everywhere([fleet.member('member1')], place(namespace), object => object.data.a === '3')
    await nowhere([fleet.member('member2')], place(namespace))
  })

  it('takes what is made after it at once', async () => {
    const namespace = await newNamespace(host, 'lazy-new')
    await apply(host, policy(namespace, 'lazy', { activationPreference: 'Lazy' }))
    await apply(host, settings(namespace))
    await everywhere(members, place(namespace), object => object.data.a === '1')
  })
})

describe('a policy over its life', () => {
  it('claims what was there before it, follows its placement, and lets go of what it no longer selects', async () => {
    const namespace = await newNamespace(host, 'life')
    await apply(host, settings(namespace))
    await apply(host, policy(namespace, 'late', {}))
    await everywhere(members, place(namespace), () => true)
    const [first, second] = [fleet.member('member1'), fleet.member('member2')]
    const affinity = { clusterAffinity: { clusterNames: [first.name] } }
    await patch(namespace, 'propagationpolicy/late', { spec: { placement: affinity } })
    await nowhere([second], place(namespace))
    await patch(namespace, 'configmap/settings', { metadata: { labels: { tier: 'other' } } })
    await eventually('the claim is off', async () => {
      return (await template(namespace)).metadata.annotations?.[CLAIMED_BY] === undefined
    })
    await everywhere([first], place(namespace), () => true)
    expect(await readObject(host, { kind: 'rb', name: 'settings-configmap', namespace })).toBeDefined()
    await patch(namespace, 'configmap/settings', { metadata: { labels: { tier: 'web' } }, data: { a: '2' } })
    await everywhere([first], place(namespace), object => object.data.a === '2')
  })

  it('that is suspended holds changes back, for all members or for some', async () => {
    const namespace = await newNamespace(host, 'suspended')
    await apply(host, policy(namespace, 'held', {}), settings(namespace))
    await everywhere(members, place(namespace), object => object.data.a === '1')
    const [first, second] = [fleet.member('member1'), fleet.member('member2')]
    const dispatchingOnClusters = { clusterNames: [second.name] }
    await patch(namespace, 'propagationpolicy/held', { spec: { suspension: { dispatchingOnClusters } } })
    await dispatching(namespace, second.name, 'False')
    await patch(namespace, 'configmap/settings', { data: { a: '2' } })
    await everywhere([first], place(namespace), object => object.data.a === '2')
    expect((await readObject(second, place(namespace))).data.a).toBe('1')
    const whole = { dispatching: true, dispatchingOnClusters: null }
    await patch(namespace, 'propagationpolicy/held', { spec: { suspension: whole } })
    await dispatching(namespace, first.name, 'False')
    await patch(namespace, 'propagationpolicy/held', { spec: { suspension: null } })
    await everywhere(members, place(namespace), object => object.data.a === '2')
    await dispatching(namespace, first.name, 'True')
  })

  it('that preserves resources leaves them behind, without a trace of ours', async () => {
    const namespace = await newNamespace(host, 'preserved')
    await apply(host, policy(namespace, 'kept', { preserveResourcesOnDeletion: true }), settings(namespace))
    await everywhere(members, place(namespace), () => true)
    await host.kubectl(['delete', 'configmap', 'settings', `--namespace=${namespace}`])
    const left = await everywhere(members, place(namespace), object => !object.metadata.labels?.['karmada.io/managed'])
    for (const { metadata } of left) {
      expect(metadata.labels).toEqual({ tier: 'web' })
      expect(Object.keys(metadata.annotations ?? {}).filter(key => key.includes('karmada.io'))).toEqual([])
    }
    await nowhere([host], { kind: 'rb', name: 'settings-configmap', namespace })
  })

  it('never takes what the host itself needs', async () => {
    const metadata = { name: 'settings', namespace: 'kube-public', labels: { skipped: 'yes' } }
    const selector = { ...all, labelSelector: { matchLabels: { skipped: 'yes' } } }
    const namespace = await newNamespace(host, 'taken')
    await apply(host, clusterPropagationPolicy('greedy', [selector]))
    await apply(host, configMap(metadata), settings(namespace, {}, { skipped: 'yes' }))
    // What came after it has arrived: it was looked at, and left.
    await everywhere(members, place(namespace), () => true)
    expect((await template('kube-public')).metadata.annotations?.[CLAIMED_BY_CLUSTER]).toBeUndefined()
    await host.kubectl(['delete', 'clusterpropagationpolicy', 'greedy'])
  })
})

/** Waits until the Work of a member says whether it is dispatched. */
async function dispatching(namespace: string, member: string, status: 'True' | 'False'): Promise<void> {
  const path = `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member}/works`
  await eventually(`Dispatching ${status} of ${namespace} for ${member}`, async () => {
    const { items } = (await host.request(path)) as { items: readonly AnyObject[] }
    const work = items.find(item => item.metadata.annotations?.['resourcebinding.karmada.io/namespace'] === namespace)
    return work?.status?.conditions?.some(
      (condition: { type: string; status: string }) => condition.type === 'Dispatching' && condition.status === status,
    )
  })
}
