import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it, jest } from '@jest/globals'
import { apply, eventually } from './cluster-view.ts'
import type { ControlPlane } from './controlplane/control-plane.ts'
import { CallError } from './controlplane/rest.ts'
import { newRandom } from './soak/random.ts'
import { configMap, newNamespace, propagationPolicy, useFleet } from './test-fleet.ts'

jest.setTimeout(400_000)

const NAMESPACE = 'faults'
/** Which faults come when: a run is repeated by giving the seed that it printed. */
const seed = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000)
const random = newRandom(seed).next
const fleet = useFleet({
  members: 3,
  bundled: true,
  // So that a successor comes soon, and a member counts as back soon.
  configuration: {
    leaderElection: { leaseDurationMs: 3_000, renewDeadlineMs: 2_000, retryPeriodMs: 250 },
    clusters: { intervalMs: 2_000, failureThresholdMs: 4_000, successThresholdMs: 2_000 },
  },
})

beforeAll(async () => {
  process.stdout.write(`FAULT_SEED=${seed}\n`)
  const namespace = await newNamespace(fleet.host, NAMESPACE)
  const selected = { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { faults: 'yes' } } }
  await apply(fleet.host, propagationPolicy({ name: 'all', namespace }, [selected]))
})

it('an operator that is killed twenty times leaves every member exactly as wanted', async () => {
  const wanted = new Map<string, string>()
  await Promise.all([
    change(wanted, { steps: 200, prefix: 'killed' }),
    repeat(20, async () => {
      await fleet.operator.process.kill()
      fleet.operator.process.start()
    }),
  ])
  await everythingAsWanted(wanted)
})

it("so does one whose host's apiserver restarts five times", async () => {
  const wanted = new Map<string, string>()
  const work = change(wanted, { steps: 80, prefix: 'host' })
  await Promise.all([work, repeat(5, () => fleet.host.restart('apiserver'))])
  await everythingAsWanted(wanted)
})

it('and one of whose members the apiserver restarts five times, killed as well as stopped', async () => {
  const member = fleet.member('member1')
  const wanted = new Map<string, string>()
  const work = change(wanted, { steps: 80, prefix: 'member' })
  const fault = async (round: number): Promise<void> => {
    if (round % 2 === 0) return member.restart('apiserver')
    await member.kill('apiserver')
    await member.start('apiserver')
  }
  await Promise.all([work, repeat(5, fault)])
  await everythingAsWanted(wanted)
})

it('a Work that outlived its binding goes, and what it put into the member', async () => {
  const [member] = fleet.members
  if (member === undefined) throw new Error('there are members')
  const metadata = { namespace: NAMESPACE, labels: { 'karmada.io/managed': 'true', faults: 'yes' } }
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...metadata, name: 'left' },
    data: { value: 'x' },
  }
  await apply(fleet.host, {
    apiVersion: 'work.karmada.io/v1alpha1',
    kind: 'Work',
    metadata: {
      name: 'left-behind',
      namespace: `karmada-es-${member.name}`,
      finalizers: ['karmada.io/execution-controller'],
      labels: { 'resourcebinding.karmada.io/permanent-id': 'b2f3a9d0-0000-4000-8000-000000000000' },
      annotations: {
        'resourcebinding.karmada.io/name': 'left-configmap',
        'resourcebinding.karmada.io/namespace': NAMESPACE,
      },
    },
    spec: { workload: { manifests: [manifest] } },
  })
  const works = `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member.name}/works`
  await eventuallyRevived('the Work is gone', async () => (await list(fleet.host, works)).length === 0)
  await eventuallyRevived('and its object', async () => Object.keys(await contentsOf(member)).length === 0)
})

/** The faults come at moments that nobody chose: waiting is their substance here, not a way to wait for something. */
async function repeat(times: number, fault: (round: number) => Promise<void>): Promise<void> {
  for (let round = 0; round < times; round++) {
    await sleep(300 + 3_000 * random())
    await fault(round)
  }
}

/** Creates, changes and deletes ConfigMaps at random and notes what is left of them. */
async function change(
  wanted: Map<string, string>,
  { steps, prefix }: { readonly steps: number; readonly prefix: string },
): Promise<void> {
  for (let step = 0; step < steps; step++) {
    await sleep(300 * random())
    const names = [...wanted.keys()]
    const name = names[Math.floor(random() * names.length * 2)]
    if (name === undefined) await put(wanted, `${prefix}-${step}`, 'created')
    else if (random() < 0.5) await put(wanted, name, `changed-${step}`)
    else await remove(wanted, name)
  }
}

async function put(wanted: Map<string, string>, name: string, value: string): Promise<void> {
  const body = configMap({ name, namespace: NAMESPACE, labels: { faults: 'yes' } }, { value })
  const query = '?fieldManager=user&force=true'
  await persist(`/api/v1/namespaces/${NAMESPACE}/configmaps/${name}${query}`, {
    method: 'PATCH',
    contentType: 'application/apply-patch+yaml',
    body,
  })
  wanted.set(name, value)
}

async function remove(wanted: Map<string, string>, name: string): Promise<void> {
  await persist(`/api/v1/namespaces/${NAMESPACE}/configmaps/${name}`, { method: 'DELETE' })
  wanted.delete(name)
}

/** While the operator is started again whenever it has ended. */
function eventuallyRevived<T>(until: string, look: () => Promise<T | undefined | false>): Promise<T> {
  return eventually(until, () => {
    fleet.operator.revive()
    return look()
  })
}

/** A user tries again while the apiserver is away. */
async function persist(path: string, options: Parameters<ControlPlane['request']>[1]): Promise<void> {
  await eventually(`${options?.method} ${path}`, async () => {
    try {
      await fleet.host.request(path, options)
      return true
    } catch (error) {
      const gone = error instanceof CallError && error.statusCode === 404 && options?.method === 'DELETE'
      if (gone) return true
      if (error instanceof CallError && error.statusCode < 500 && error.statusCode !== 429) throw error
      return undefined
    }
  })
}

interface List {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> }
    readonly data?: Readonly<Record<string, string>>
  }[]
}

async function list(cluster: ControlPlane, path: string): Promise<List['items']> {
  return ((await cluster.request(path)) as List).items
}

/** Nothing is missing, nothing is left, nothing is there twice: in the members, and of bindings and Works on the host. */
async function everythingAsWanted(wanted: ReadonlyMap<string, string>): Promise<void> {
  const expected = Object.fromEntries([...wanted].sort())
  for (const member of fleet.members) {
    const settled = await eventuallyRevived(`${member.name} is as wanted`, async () => {
      const found = await contentsOf(member)
      return JSON.stringify(found) === JSON.stringify(expected) ? found : undefined
    }).catch(() => contentsOf(member))
    expect({ member: member.name, contents: settled }).toEqual({ member: member.name, contents: expected })
    const works = `/apis/work.karmada.io/v1alpha1/namespaces/karmada-es-${member.name}/works`
    await eventuallyRevived(
      `one Work each for ${member.name}`,
      async () => (await list(fleet.host, works)).length === wanted.size,
    )
  }
  const bindings = `/apis/work.karmada.io/v1alpha2/namespaces/${NAMESPACE}/resourcebindings`
  await eventuallyRevived('one binding each', async () => (await list(fleet.host, bindings)).length === wanted.size)
  await clear(wanted)
}

async function contentsOf(member: ControlPlane): Promise<Readonly<Record<string, string>>> {
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps?labelSelector=faults%3Dyes`
  const items = await list(member, path)
  return Object.fromEntries(items.map(({ metadata, data }) => [metadata.name, data?.['value'] ?? '']).sort())
}

/** The next story begins with nothing. */
async function clear(wanted: ReadonlyMap<string, string>): Promise<void> {
  const left = new Map(wanted)
  for (const name of wanted.keys()) await remove(left, name)
  for (const member of fleet.members) {
    await eventuallyRevived(`${member.name} is empty`, async () => Object.keys(await contentsOf(member)).length === 0)
  }
}
