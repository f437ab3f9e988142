import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it, jest } from '@jest/globals'
import { type AnyObject, apply, eventually, read, readObject } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { CallError } from './controlplane/rest.ts'
import { installKarmada, joinToKarmada, karmadaLease, registerAtKarmada } from './karmada/installation.ts'
import type { WorkLeaving } from './karmada/leavings.ts'
import { karmadaWritesAgain, MANAGER, openShop, SHARES, SHOP } from './karmada/shop.ts'
import { readMembers, substanceOf, versionsOf } from './member-state.ts'
import { countRequests, quiet, writesSince } from './settled.ts'
import { useFleet } from './test-fleet.ts'
import { makePlace, type Place, runTranscript } from './transcripts/run-transcript.ts'

// An installation of Karmada is taken over, given back and taken over again, on an ordinary host: nothing in its members is made
// again, restarted or moved. Karmada is an apiserver that holds what its processes leave (spec/), and nothing of its code.
// The tests are one story: each finds what the one before it left.

jest.setTimeout(300_000)

const LAUNCHER = fileURLToPath(new URL('../bin/flotilla.mjs', import.meta.url))
const fleet = useFleet({
  host: 'ordinary',
  members: ['member1', 'member2', { name: 'karmada', components: ['apiserver'], nodes: { count: 0 } }],
  join: false,
})
let host: ControlPlane
let karmada: ControlPlane
let members: readonly ControlPlane[]
let leavings: readonly WorkLeaving[]
let before: object
let place: Place

beforeAll(async () => {
  host = fleet.host
  karmada = fleet.member('karmada')
  members = [fleet.member('member1'), fleet.member('member2')]
  await installKarmada(karmada)
  await Promise.all(members.map(member => joinToKarmada(karmada, member)))
  await registerAtKarmada(karmada, 'edge')
  leavings = await openShop(karmada, members)
  await runs(new Date())
  before = await substance()
  place = await makePlace(fleet)
}, 300_000)

/** Says when Karmada's controllers were last at work. */
function runs(at: Date): Promise<void> {
  return apply(karmada, karmadaLease('karmada-controller-manager', at), karmadaLease('karmada-scheduler', at))
}

interface Answer {
  readonly code: number | null
  readonly text: string
}

function migrate(...args: readonly string[]): Promise<Answer> & { readonly kill: () => void } {
  const all = [LAUNCHER, '--kubeconfig', host.kubeconfigPath, 'migrate', '--from', karmada.kubeconfigPath, ...args]
  const child = spawn(process.execPath, all)
  const answer = new Promise<Answer>((resolve, reject) => {
    let text = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.on('error', reject)
    child.on('close', code => resolve({ code, text }))
  })
  return Object.assign(answer, { kill: () => void child.kill('SIGKILL') })
}

/** What runs in the members. The generation of a Deployment counts changes of its annotations too: its ReplicaSets and Pods tell. */
const substance = async (): Promise<object> =>
  Object.fromEntries(
    Object.entries<AnyObject>({ ...substanceOf(await readMembers(members, SHOP)) }).map(
      ([key, { generation, ...each }]) => [key, key.includes(' DeploymentList ') ? each : { ...each, generation }],
    ),
  )
const unchanged = async (): Promise<void> => expect(await substance()).toEqual(before)
const binding = (): Promise<AnyObject> => readObject(host, { kind: 'rb', name: 'web-deployment', namespace: SHOP })
const webOf = (member: ControlPlane | undefined): Promise<AnyObject> =>
  member === undefined
    ? Promise.resolve(undefined)
    : readObject(member, { kind: 'deployment', name: 'web', namespace: SHOP })
const isGone = async (cluster: ControlPlane, path: string): Promise<boolean> => {
  try {
    await cluster.request(path)
    return false
  } catch (error) {
    if (error instanceof CallError && error.statusCode === 404) return true
    throw error
  }
}

it('a dry run tells everything and writes nothing, while Karmada is at work', async () => {
  // Controllers of the members have something to say of Pods that have just become ready.
  await quiet(fleet)
  await runs(new Date())
  const counts = await countRequests(fleet)
  const { written, seen } = await runTranscript(place, 'migrate.transcript')
  expect(seen).toBe(written)
  expect(await writesSince(fleet, counts)).toEqual([[], [], [], []])
})

it('a preparation brings everything but the Clusters: nobody touches a member, and a switch waits for Karmada to stop', async () => {
  const versions = versionsOf(await readMembers(members, SHOP))
  await runs(new Date())
  const prepared = await migrate('--phase', 'prepare')
  expect(prepared).toMatchObject({ code: 0 })
  await eventually(
    'the operator has taken the template up',
    async () => (await binding())?.spec.resource.uid !== undefined,
  )
  await runs(new Date())
  const { code, text } = await migrate('--phase', 'switch')
  expect({ code, text }).toMatchObject({ code: 1, text: expect.stringContaining('KarmadaRuns') })
  expect(await read(host, 'cluster', 'member1')).toBeUndefined()
  expect((await binding()).spec).toMatchObject({ clusters: shares(), suspension: { scheduling: true } })
  const template = await webOf(host)
  expect(template.metadata.labels['flotilla.dev/parked']).toBe('true')
  expect(await isGone(host, `/apis/apps/v1/namespaces/${SHOP}/replicasets?limit=1`)).toBe(false)
  const { items }: AnyObject = await host.request(`/api/v1/namespaces/${SHOP}/pods`)
  expect(items).toEqual([])
  expect(versionsOf(await readMembers(members, SHOP))).toEqual(versions)
})

function shares(): readonly object[] {
  return Object.entries(SHARES).map(([name, replicas]) => ({ name, replicas }))
}

it('a switch that is killed in the middle goes on when it is run again, and no Pod is restarted', async () => {
  await runs(new Date(Date.now() - 600_000))
  const first = migrate('--phase', 'switch')
  await eventually('the first Cluster is there', async () => (await read(host, 'cluster', 'member1')) !== undefined)
  first.kill()
  await first
  await expectTakenOver(await migrate())
}, 300_000)

async function expectTakenOver({ code, text }: Answer): Promise<void> {
  expect({ code, text }).toMatchObject({ code: 0, text: expect.stringContaining('Taken over: member1, member2.') })
  await unchanged()
  expect(await read(host, 'cluster', 'edge')).toMatchObject({
    metadata: { labels: { tier: 'edge' } },
    spec: { syncMode: 'Pull', region: 'there' },
  })
  const { spec, metadata } = await eventually('its binding is let go', async () => {
    const found = await binding()
    return found.spec.suspension === undefined && found
  })
  expect(spec.clusters).toEqual(shares())
  expect(metadata.labels['resourcebinding.karmada.io/permanent-id']).toBe(leavings[0]?.binding.permanentId)
  await eventually('the template tells of the fleet', async () => (await webOf(host)).status?.readyReplicas === 5)
  for (const { cluster, permanentId } of leavings.filter(({ template }) => template.kind === 'Deployment')) {
    const web = await webOf(members.find(({ name }) => name === cluster))
    expect(web.metadata.labels['work.karmada.io/permanent-id']).toBe(permanentId)
    const managers: readonly AnyObject[] = web.metadata.managedFields.filter(
      (entry: AnyObject) => entry.subresource === undefined,
    )
    expect(managers.map(({ manager }) => manager)).not.toContain(MANAGER)
  }
}

it('run again it has nothing to do', async () => {
  await quiet(fleet)
  const versions = versionsOf(await readMembers(members, SHOP))
  expect(await migrate()).toMatchObject({ code: 0 })
  expect(versionsOf(await readMembers(members, SHOP))).toEqual(versions)
  await unchanged()
})

it('the way back: the host lets go, Karmada writes again, nothing is restarted; and it can be taken over once more', async () => {
  expect(await migrate('--phase', 'back')).toMatchObject({ code: 1, text: expect.stringContaining('OperatorRuns') })
  await fleet.operator.process.stop()
  expect(await migrate('--phase', 'back')).toMatchObject({ code: 0 })
  expect(await read(host, 'cluster', 'member1')).toBeUndefined()
  expect(await webOf(host)).toBeUndefined()
  await unchanged()
  await karmadaWritesAgain(members, leavings)
  await unchanged()
  await fleet.startOperator('operator-again', { install: false })
  const again = await eventually('an operator is at work again', async () => {
    const answer = await migrate()
    return !answer.text.includes('NoOperator') && answer
  })
  await expectTakenOver(again)
})

it('what is taken away on the host goes from the members, and a policy moves things as ever', async () => {
  await host.kubectl([
    '-n',
    SHOP,
    'patch',
    'configmap',
    'settings',
    '--type=json',
    '-p',
    '[{"op":"remove","path":"/data/extra"}]',
  ])
  await host.kubectl(['-n', SHOP, 'annotate', 'deployment', 'web', 'note-'])
  for (const member of members) {
    await eventually(`${member.name} has it no more`, async () => {
      const settings = await readObject(member, { kind: 'configmap', name: 'settings', namespace: SHOP })
      const { annotations } = (await webOf(member)).metadata
      return settings.data.extra === undefined && annotations.note === undefined
    })
  }
  const placement = { clusterAffinity: { clusterNames: ['member2'] } }
  await host.kubectl(['-n', SHOP, 'patch', 'pp', 'shop', '--type=merge', '-p', JSON.stringify({ spec: { placement } })])
  await eventually('all of it is in member2', async () => {
    const [first, second] = await Promise.all(members.map(webOf))
    return first === undefined && second?.status?.readyReplicas === 5
  })
})
