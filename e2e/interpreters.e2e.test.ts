import { join } from 'node:path'
import { beforeAll, describe, expect, it, jest } from '@jest/globals'
import { newCertificateAuthority } from '../src/testing/certificates.ts'
import { type AnyObject, apply, eventually, everywhere, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { useInterpreterServer } from './interpreter-server.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { useFleet } from './test-fleet.ts'

jest.setTimeout(300_000)

const EXAMPLE = join(import.meta.dirname, '..', 'examples', 'interpreters')
// What ships: its threads are files beside it.
const fleet = useFleet({ members: 3, bundled: true })
let host: ControlPlane
let members: readonly ControlPlane[]

beforeAll(() => {
  host = fleet.host
  members = ['member1', 'member2', 'member3'].map(name => fleet.member(name))
})

const server = useInterpreterServer()

const RED = { kind: 'lamp', name: 'red', namespace: 'default' }
const lamp = {
  apiVersion: 'example.com/v1',
  kind: 'Lamp',
  metadata: { name: 'red', namespace: 'default' },
  spec: { bulbs: 6 },
}
const EQUALLY = { replicaScheduling: { replicaSchedulingType: 'Divided', replicaDivisionPreference: 'Weighted' } }

async function light(member: ControlPlane, lit: number): Promise<void> {
  const path = '/apis/example.com/v1/namespaces/default/lamps/red/status'
  await member.request(path, {
    method: 'PATCH',
    body: { status: { lit } },
    contentType: 'application/merge-patch+json',
  })
}

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

/** Waits for an event of which the message has a text. */
async function eventOn(kind: string, reason: string, wanted: RegExp): Promise<void> {
  const selector = `involvedObject.kind=${kind}${reason === '' ? '' : `,reason=${reason}`}`
  await eventually(`${reason} is told on a ${kind}: ${wanted}`, async () => {
    const { items }: AnyObject = await host.request(`/api/v1/events?fieldSelector=${selector}`)
    return items.some(({ message }: AnyObject) => wanted.test(message))
  })
}

/** What the binding says of the farm's health, by cluster. */
async function healths(name = 'film-renderfarm'): Promise<Readonly<Record<string, string>>> {
  const found = await readObject(host, { kind: 'rb', name, namespace: 'default' })
  const { aggregatedStatus = [] } = found?.status ?? {}
  return Object.fromEntries(aggregatedStatus.map((item: AnyObject) => [item.clusterName, item.health]))
}

async function expectHealth(wanted: string, name?: string): Promise<void> {
  await eventually(`health is ${wanted}`, async () => {
    const told = await healths(name)
    return members.every((_, index) => `member${index + 1}` in told) && letters(told) === wanted
  })
}

/** H for healthy, U for unhealthy, member by member. */
function letters(told: Readonly<Record<string, string>>): string {
  return Object.keys(told)
    .sort()
    .map(name => told[name]?.[0])
    .join('')
}

describe('the example', () => {
  it('divides the machines of the farm, and knows what each needs', async () => {
    for (const file of ['customresourcedefinition', 'resourceinterpretercustomization', 'policies']) {
      await host.kubectl(['apply', '-f', join(EXAMPLE, `${file}.yaml`)])
    }
    const served =
      '--for=jsonpath={.status.apiEnablements[?(@.groupVersion=="example.com/v1")].groupVersion}=example.com/v1'
    await eventually('the members serve the kind', () =>
      host.kubectl(['wait', served, 'cluster/member1', 'cluster/member2', 'cluster/member3', '--timeout=30s']),
    )
    await host.kubectl(['apply', '-f', join(EXAMPLE, 'renderfarm.yaml')])
    const farms = await everywhere(members, film, () => true)
    expect(farms.map(({ spec: { machines } }) => machines)).toEqual([3, 2, 1])
    const { spec } = await binding()
    expect(spec).toMatchObject({
      replicas: 6,
      replicaRequirements: { resourceRequest: { cpu: '2', memory: '4Gi' } },
      clusters: [
        { name: 'member1', replicas: 3 },
        { name: 'member2', replicas: 2 },
        { name: 'member3', replicas: 1 },
      ],
    })
  })

  it('shows how many render in all members, and who is healthy', async () => {
    for (const member of members) await render(member, 1)
    await eventually('the host shows all', async () => (await readObject(host, film)).status?.rendering === 3)
    await render(fleet.member('member1'), 3)
    await render(fleet.member('member3'), 0)
    await eventually('the host shows all', async () => (await readObject(host, film)).status?.rendering === 4)
    await expectHealth('HUU')
  })

  it('takes along what the farm needs', async () => {
    await everywhere(members, { kind: 'configmap', name: 'scenes', namespace: 'default' }, () => true)
  })

  it('leaves what a member decides, and restores the rest', async () => {
    const body = { spec: { paused: true, machines: 9 } }
    await members[0]?.request(`${FARMS}/film`, { method: 'PATCH', body, contentType: 'application/merge-patch+json' })
    await everywhere(members.slice(0, 1), film, ({ spec }) => spec.paused === true && spec.machines === 3)
  })

  it('writes to each member once for a change', async () => {
    await quiet(fleet)
    const before = await countRequests(fleet)
    await host.kubectl(['annotate', 'renderfarm', 'film', 'example.com/touched=yes'])
    await everywhere(members, film, ({ metadata }) => metadata.annotations['example.com/touched'] === 'yes')
    await quiet(fleet)
    const [, ...ofMembers] = await writesSince(fleet, before)
    expect(ofMembers.map(writes => writes.length)).toEqual([1, 1, 1])
  })
})

describe('the same kind in other languages', () => {
  /** How many machines each member has; that of the first stays paused. */
  const expectMachines = (wanted: string) =>
    eventually(`the members have ${wanted} machines`, async () => {
      const farms = await everywhere(members, film, () => true)
      const isKept = farms[0].spec.paused === true && farms[1].spec.paused === false
      return isKept && farms.map(({ spec: { machines } }) => machines).join(' ') === wanted
    })
  const teach = (language: string) =>
    host.kubectl(['apply', '-f', join(EXAMPLE, language, 'resourceinterpretercustomization.yaml')])

  it('JavaScript: its objects are told anew at once, and divided as before', async () => {
    await teach('javascript')
    await expectHealth('HHU')
    await eventually('the host shows who waits', async () => {
      const { status } = await readObject(host, film)
      return status?.rendering === 4 && status.waiting === 2
    })
    await host.kubectl(['patch', 'renderfarm', 'film', '--type=merge', '-p', '{"spec":{"machines":12}}'])
    await expectMachines('6 4 2')
  })

  it('CEL: the same', async () => {
    await host.kubectl(['patch', 'renderfarm', 'film', '--type=merge', '-p', '{"spec":{"machines":6}}'])
    await teach('cel')
    await expectHealth('HHH')
    await expectMachines('3 2 1')
    await eventually('nobody waits any more', async () => (await readObject(host, film)).status.waiting === undefined)
  })

  it('Lua again', async () => {
    await host.kubectl(['apply', '-f', join(EXAMPLE, 'resourceinterpretercustomization.yaml')])
    await expectHealth('HUU')
  })
})

describe('a kind that comes together with its objects', () => {
  it('settles by itself, in all members', async () => {
    const names = { kind: 'Lamp', plural: 'lamps' }
    const schema = { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } }
    const version = { name: 'v1', served: true, storage: true, schema, subresources: { status: {} } }
    const definition = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: 'lamps.example.com' },
      spec: {
        group: 'example.com',
        names,
        scope: 'Namespaced',
        versions: [version],
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
        spec: { resourceSelectors: selectors, placement: EQUALLY },
      },
      definition,
    )
    // Established is a moment before discovery tells of it.
    await eventually('the kind is served', () => apply(host, lamp).then(() => true))
    await everywhere(members, RED, ({ spec }) => spec.bulbs === 6)
  })
})

describe('a server of users', () => {
  it('knows how a kind is divided, and what its status and health are', async () => {
    await apply(host, server.configuration())
    const lamps = await everywhere(members, RED, ({ spec }) => spec.bulbs === 2)
    expect(lamps).toHaveLength(3)
    await expectHealth('UUU', 'red-lamp')
    for (const [index, member] of members.entries()) await light(member, index)
    await expectHealth('UUH', 'red-lamp')
    await eventually('the host shows all', async () => (await readObject(host, RED)).status?.lit === 3)
  })

  // Which of the operations fails first is chance, and an object has its share of events until it changes.
  const told = (problem: string) => eventOn('Lamp', '', new RegExp(`lamps/lamps.example.com, \\w+: .*${problem}`))
  const setBulbs = (bulbs: number) =>
    host.kubectl(['patch', 'lamp', 'red', '--type=merge', '-p', JSON.stringify({ spec: { bulbs } })])

  it('that does not answer in time is told of, as soon as it is configured', async () => {
    server.isSilent = true
    await apply(host, server.configuration({ timeoutSeconds: 1 }))
    await told('no answer within 1000 ms')
  })

  it('and so is one with the certificate of somebody else', async () => {
    server.isSilent = false
    await apply(host, server.configuration({ authority: newCertificateAuthority('others') }))
    await setBulbs(9)
    await told('certificate')
  })

  it('goes on at once when it is right again', async () => {
    await apply(host, server.configuration())
    await everywhere(members, RED, ({ spec }) => spec.bulbs === 3)
    await light(fleet.member('member1'), 3)
    await expectHealth('HUU', 'red-lamp')
  })
})

describe('scripts that are wrong', () => {
  const customization = (name: string, { kind, language = 'lua', ...customizations }: AnyObject) => ({
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name, annotations: { 'flotilla.dev/language': language } },
    spec: { target: { apiVersion: 'example.com/v1', kind }, customizations },
  })

  it.each([
    ['lua', 'function Health() end', /snake-lua, healthInterpretation: not found function InterpretHealth/],
    ['javascript', 'function (', /snake-javascript, healthInterpretation: healthInterpretation:1: SyntaxError/],
    ['cel', 'obj.status', /snake-cel, healthInterpretation: healthInterpretation:1: Unknown variable: obj/],
    ['python', 'True', /snake-python, .*flotilla.dev\/language is "python"/],
  ])('are told on the customization when they cannot work: %s', async (language, luaScript, wanted) => {
    const healthInterpretation = { luaScript }
    await apply(host, customization(`snake-${language}`, { kind: 'Snake', language, healthInterpretation }))
    await eventOn('ResourceInterpreterCustomization', 'ScriptInvalid', wanted)
  })

  it('are told on the template with their line, and a better one takes over', async () => {
    await customize('healthInterpretation', 'function InterpretHealth(observedObj)\n  error("no idea")\nend')
    const wanted = /In cluster member\d: .*renderfarm, healthInterpretation: healthInterpretation:2: no idea/
    await eventOn('RenderFarm', 'InterpretHealthFailed', wanted)
    await customize('healthInterpretation', 'function InterpretHealth(observedObj)\n  return true\nend')
    await expectHealth('HHH')
  })

  it('cost others nothing when they hang', async () => {
    const luaScript = 'function ReflectStatus(observedObj)\n  while true do end\nend'
    await apply(host, customization('lamp', { kind: 'Lamp', statusReflection: { luaScript } }))
    await apply(host, { ...lamp, metadata: { ...lamp.metadata, name: 'blue' } })
    const wanted = /statusReflection: statusReflection:2: it ran longer than 1000 ms, and rests for 10 s/
    await eventOn('Lamp', 'ReflectStatusFailed', wanted)
    const selecting = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'settings' }]
    await apply(host, {
      apiVersion: 'policy.karmada.io/v1alpha1',
      kind: 'PropagationPolicy',
      metadata: { name: 'settings', namespace: 'default' },
      spec: { resourceSelectors: selecting },
    })
    await apply(host, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings', namespace: 'default' } })
    await everywhere(members, { kind: 'configmap', name: 'settings', namespace: 'default' }, () => true)
  })
})
