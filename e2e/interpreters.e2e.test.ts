import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, everywhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'interpreters')
// What ships: its threads are files beside it.
const fleet = useFleet({ members: 2, bundled: true })
let host: ControlPlane
let members: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  members = [fleet.member('member1'), fleet.member('member2')]
})

const film = { kind: 'renderfarm', name: 'film', namespace: 'default' }
const FARMS = '/apis/example.com/v1/namespaces/default/renderfarms'

/** Does what the controller of the kind in a member would. */
async function render(member: ControlPlane, rendering: number): Promise<void> {
  const body = { status: { rendering } }
  await member.request(`${FARMS}/film/status`, { method: 'PATCH', body, contentType: 'application/merge-patch+json' })
}

const binding = (): Promise<AnyObject> =>
  readObject(host, { kind: 'rb', name: 'film-renderfarm', namespace: 'default' })

/** Puts one script in the place of the example's. */
async function customize(field: string, luaScript: string): Promise<void> {
  const path = '/apis/config.karmada.io/v1alpha1/resourceinterpretercustomizations/renderfarm'
  const body = { spec: { customizations: { [field]: { luaScript } } } }
  await host.request(path, { method: 'PATCH', body, contentType: 'application/merge-patch+json' })
}

async function eventOn(kind: string, reason: string): Promise<string> {
  const query = `fieldSelector=reason=${reason},involvedObject.kind=${kind}`
  return eventually(`${reason} is told on a ${kind}`, async () => {
    const { items }: AnyObject = await host.request(`/api/v1/events?${query}`)
    return items.at(-1)?.message
  })
}

describe('the example', () => {
  it('divides the machines of the farm, and knows what each needs', async () => {
    for (const file of ['customresourcedefinition', 'resourceinterpretercustomization', 'policies']) {
      await host.kubectl(['apply', '-f', join(EXAMPLE, `${file}.yaml`)])
    }
    const served =
      '--for=jsonpath={.status.apiEnablements[?(@.groupVersion=="example.com/v1")].groupVersion}=example.com/v1'
    await host.kubectl(['wait', served, 'cluster/member1', 'cluster/member2', '--timeout=60s'])
    await host.kubectl(['apply', '-f', join(EXAMPLE, 'renderfarm.yaml')])
    const [first, second] = await everywhere(members, film, () => true)
    expect([first.spec.machines, second.spec.machines]).toEqual([4, 2])
    const { spec } = await binding()
    expect(spec).toMatchObject({
      replicas: 6,
      replicaRequirements: { resourceRequest: { cpu: '2', memory: '4Gi' } },
      clusters: [
        { name: 'member1', replicas: 4 },
        { name: 'member2', replicas: 2 },
      ],
    })
  })

  it('shows how many render in all members, and who is healthy', async () => {
    for (const [index, member] of members.entries()) await render(member, index + 1)
    await eventually('the host shows both', async () => (await readObject(host, film)).status?.rendering === 3)
    await render(fleet.member('member1'), 4)
    await render(fleet.member('member2'), 1)
    await eventually('the host shows both', async () => (await readObject(host, film)).status?.rendering === 5)
    const told = await eventually('the binding tells of both', async () => {
      const { aggregatedStatus = [] } = (await binding()).status ?? {}
      const health = Object.fromEntries(aggregatedStatus.map((item: AnyObject) => [item.clusterName, item.health]))
      return health.member1 === 'Healthy' && health
    })
    expect(told).toEqual({ member1: 'Healthy', member2: 'Unhealthy' })
  })

  it('leaves what a member decides, and restores the rest', async () => {
    const body = { spec: { paused: true, machines: 9 } }
    await members[0]?.request(`${FARMS}/film`, { method: 'PATCH', body, contentType: 'application/merge-patch+json' })
    await everywhere(members.slice(0, 1), film, ({ spec }) => spec.paused === true && spec.machines === 4)
  })

  it('writes to each member once for a change', async () => {
    await quiet(fleet)
    const before = await countRequests(fleet)
    await host.kubectl(['annotate', 'renderfarm', 'film', 'example.com/touched=yes'])
    await everywhere(members, film, ({ metadata }) => metadata.annotations['example.com/touched'] === 'yes')
    await quiet(fleet)
    const [, ...ofMembers] = await writesSince(fleet, before)
    expect(ofMembers.map(writes => writes.length)).toEqual([1, 1])
  })
})

describe('a kind that comes together with its objects', () => {
  it('settles by itself, in all members', async () => {
    const names = { kind: 'Lamp', plural: 'lamps' }
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'lamps.example.com' },
      spec: {
        group: 'example.com',
        names,
        scope: 'Namespaced',
        versions: [{ name: 'v1', served: true, storage: true, schema }],
      },
    }
    const selectors = [
      { apiVersion: 'example.com/v1', kind: 'Lamp' },
      { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition', name: 'lamps.example.com' },
    ]
    await apply(
      host,
      {
        apiVersion: 'policy.karmada.io/v1alpha1',
        kind: 'ClusterPropagationPolicy',
        metadata: { name: 'lamps' },
        spec: { resourceSelectors: selectors },
      },
      definition,
    )
    await host.kubectl(['wait', '--for=condition=Established', 'crd/lamps.example.com'])
    await apply(host, { apiVersion: 'example.com/v1', kind: 'Lamp', metadata: { name: 'red', namespace: 'default' } })
    await everywhere(members, { kind: 'lamp', name: 'red', namespace: 'default' }, () => true)
  })
})

describe('scripts that are wrong', () => {
  it('are told on the customization when they cannot work', async () => {
    await customize('healthInterpretation', 'function Health(observedObj)\n  return true\nend')
    const message = await eventOn('ResourceInterpreterCustomization', 'ScriptInvalid')
    expect(message).toContain('renderfarm, healthInterpretation: not found function InterpretHealth')
  })

  it('are told on the template with their line, and a better one takes over', async () => {
    await customize('healthInterpretation', 'function InterpretHealth(observedObj)\n  error("no idea")\nend')
    await render(fleet.member('member2'), 0)
    const message = await eventOn('RenderFarm', 'InterpretHealthFailed')
    expect(message).toMatch(/In cluster member\d: .*renderfarm, healthInterpretation: healthInterpretation:2: no idea/)
    await customize('healthInterpretation', 'function InterpretHealth(observedObj)\n  return true\nend')
    await render(fleet.member('member2'), 1)
    await eventually('both are healthy', async () => {
      const { aggregatedStatus = [] } = (await binding()).status ?? {}
      return aggregatedStatus.length === 2 && aggregatedStatus.every(({ health }: AnyObject) => health === 'Healthy')
    })
  })

  it('cost others nothing when they hang', async () => {
    await customize('statusReflection', 'function ReflectStatus(observedObj)\n  while true do end\nend')
    await render(fleet.member('member1'), 3)
    expect(await eventOn('RenderFarm', 'ReflectStatusFailed')).toContain('statusReflection: it ran longer than 1000 ms')
    await apply(host, {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'PropagationPolicy',
      metadata: { name: 'settings', namespace: 'default' },
      spec: { resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }] },
    })
    await apply(host, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } })
    await everywhere(members, { kind: 'configmap', name: 'settings', namespace: 'default' }, () => true)
  })
})
