import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { beforeAll, expect, it, jest } from '@jest/globals'
import { OPERATOR_NAMESPACE, RELEASE } from './chart.ts'
import { type AnyObject, apply, eventually, everywhere, nowhere } from './cluster-view.ts'
import { subtractRequestCounts, totalRequests } from './controlplane/request-counts.ts'
import { joinMembers } from './joining.ts'
import type { RunningOperator } from './operator.ts'
import { countRequests, type RequestCounts } from './settled.ts'
import { configMap, newNamespace, propagationPolicy, type TestFleet, useFleet } from './test-fleet.ts'

jest.setTimeout(400_000)

const NAMESPACE = 'shared'
const LEASES = `/apis/coordination.k8s.io/v1/namespaces/${OPERATOR_NAMESPACE}/leases`
const CONFIG_MAPS = { resource: 'configmaps', verb: 'APPLY' } as const
const MEMBERS = ['member1', 'member2', 'member3', 'member4'] as const
const configuration = {
  sharing: { enabled: true },
  leaderElection: { leaseDurationMs: 10_000, renewDeadlineMs: 7_000, retryPeriodMs: 500 },
  clusters: { intervalMs: 2_000, failureThresholdMs: 30_000, successThresholdMs: 2_000 },
}
const fleet = useFleet({
  members: MEMBERS.map(name => ({ name, components: ['apiserver'] as const, nodes: { count: 0 } })),
  configuration,
})
const operators = new Map<string, RunningOperator>()

/** One replica, by what its Lease tells. */
interface Replica {
  readonly lease: string
  readonly holder: string
  readonly members: readonly string[]
}

beforeAll(async () => {
  operators.set('operator', fleet.operator)
  for (const name of ['second', 'third'])
    operators.set(name, await fleet.startOperator(name, { configuration, install: false }))
  const namespace = await newNamespace(fleet.host, NAMESPACE)
  const selected = { apiVersion: 'v1', kind: 'ConfigMap', labelSelector: { matchLabels: { shared: 'yes' } } }
  await apply(fleet.host, propagationPolicy({ name: 'all', namespace }, [selected]))
  await allShared(3)
}, 300_000)

it('replicas that are killed, paused and stopped hand their members on, and nothing is written twice', async () => {
  const load = startLoad()
  await sleep(1_000)
  const killed = await operatorOf(await someReplica())
  await killed.process.kill()
  await allShared(2)
  killed.revive()
  await allShared(3)

  const paused = await operatorOf(await leader())
  paused.process.pause()
  await allShared(2)
  paused.process.resume()
  await eventually('whoever was paused for too long has ended', async () => !paused.process.running)
  paused.revive()
  await allShared(3)

  const stopped = await operatorOf(await someReplica())
  await stopped.process.stop()
  await allShared(2)
  const { objects, doubles } = await load.end()
  expect(doubles).toEqual([])
  expect(objects).toBeGreaterThan(20)
  await eventually('every member has all', async () => (await countObjects()).every(count => count === objects))
  expect(await writesOfConfigMaps()).toEqual(MEMBERS.map(() => objects))
  const left = [...operators.values()].filter(operator => operator !== stopped)
  expect(left.map(({ process }) => process.running)).toEqual([true, true])
})

it('a replica that joins and leaves writes nothing that is there already', async () => {
  const before = await countRequests(fleet)
  const [joining] = [...operators.values()].filter(({ process }) => !process.running)
  joining?.revive()
  await allShared(3)
  await joining?.process.stop()
  await allShared(2)
  expect(await writesSinceThen(before)).toEqual(MEMBERS.map(() => 0))
})

it('a member that is let go with what it holds keeps it, whoever executes for it', async () => {
  // By their names all members may be with the leader.
  const [cluster = ''] = (await replicas()).flatMap(({ members }) => members)
  const member = fleet.member(cluster)
  const count = async (): Promise<number> => (await countObjects([member]))[0] ?? 0
  const held = await count()
  expect(held).toBeGreaterThan(0)
  await fleet.host.kubectl(['annotate', 'cluster', cluster, 'flotilla.dev/on-deletion=keep-resources'])
  await fleet.host.kubectl(['delete', 'cluster', cluster, '--wait=false'])
  await nowhere([fleet.host], { kind: 'cluster', name: cluster })
  expect(await count()).toBe(held)
  // What was let go is somebody else's now, and would be left alone.
  await member.request(`/api/v1/namespaces/${NAMESPACE}/configmaps?labelSelector=shared=yes`, { method: 'DELETE' })
  await joinMembers(fleet, [member])
  await eventually('it has all again', async () => (await count()) === held)
  await allShared(2)
})

it('one that does not share members waits for those that do, which go on, and has all of them then', async () => {
  const { sharing: _, ...unshared } = configuration
  const last = await operatorOf(await someReplica())
  const first = await operatorOf(await leader())
  // Rights and configuration are those of an operator that does not share, as in a rolling update.
  const alone = await fleet.startOperator('alone', { configuration: unshared })
  const before = await countRequests(fleet)
  last.process.pause()
  await first.process.stop()
  // Between the two nobody leads, and the one that hangs might, once it goes on.
  await eventually('the one that does not share leads', async () => {
    const { spec }: AnyObject = await fleet.host.request(`${LEASES}/${RELEASE}`)
    return spec.holderIdentity?.includes(`_${alone.podUid.slice(0, 8)}`)
  })
  last.process.resume()
  const sinceMs = Date.now()
  const { renewDeadlineMs } = configuration.leaderElection
  await eventually('the other one renews its Lease for longer than it could go without', async () => {
    const { items } = await requestLeases()
    return items.some(({ spec }) => Date.parse(spec.renewTime) > sinceMs + 1.5 * renewDeadlineMs)
  })
  expect(last.process.running).toBe(true)
  // A rolling update ends the other one only when this one is ready.
  await alone.ready()
  await last.process.stop()
  await apply(
    fleet.host,
    configMap({ name: 'last', namespace: NAMESPACE, labels: { shared: 'yes' } }, { name: 'last' }),
  )
  await everywhere(fleet.members, { kind: 'configmap', name: 'last', namespace: NAMESPACE }, () => true)
  expect(await replicas()).toEqual([])
  expect(await writesSinceThen(before)).toEqual(MEMBERS.map(() => 1))
})

/** Writes of ConfigMaps to each member. */
async function writesSinceThen(before: RequestCounts): Promise<readonly number[]> {
  const after = await countRequests(fleet)
  return after.slice(1).map((counts, index) => {
    return totalRequests(subtractRequestCounts(counts, before[index + 1] ?? []), CONFIG_MAPS)
  })
}

async function replicas(): Promise<readonly Replica[]> {
  const { items } = await requestLeases()
  return items.map(({ metadata: { name, annotations }, spec: { holderIdentity } }) => ({
    ...{ lease: name, holder: holderIdentity },
    members: (annotations?.['flotilla.dev/members'] ?? '').split(',').filter((member: string) => member !== ''),
  }))
}

/** One list: what all of them said at one moment. */
async function requestLeases(): Promise<{ readonly items: readonly AnyObject[] }> {
  // What the apiserver lists.
  return (await fleet.host.request(`${LEASES}?labelSelector=flotilla.dev/replica`)) as { items: readonly AnyObject[] }
}

/** Waits until so many replicas have all members between them. */
async function allShared(count: number): Promise<void> {
  const startedMs = performance.now()
  await eventually(`${count} replicas have all members`, async () => {
    const found = await replicas()
    const had = found.flatMap(({ members }) => members).sort()
    return found.length === count && had.join() === MEMBERS.join()
  })
  process.stdout.write(`${count} replicas have all members after ${Math.round(performance.now() - startedMs)} ms\n`)
}

/** One that does not lead and has members, if there is one. */
async function someReplica(): Promise<Replica> {
  const { holder } = await leader()
  const others = (await replicas()).filter(replica => replica.holder !== holder)
  const found = others.find(({ members }) => members.length > 0) ?? others[0]
  if (found === undefined) throw new Error('there are others besides the leader')
  return found
}

async function leader(): Promise<Replica> {
  return eventually('a replica leads', async () => leads(await replicas()))
}

async function leads(found: readonly Replica[]): Promise<Replica | undefined> {
  const { spec }: AnyObject = await fleet.host.request(`${LEASES}/${RELEASE}`)
  return found.find(({ holder }) => holder === spec.holderIdentity)
}

/** Logs name the replica that joined last. */
async function operatorOf({ lease }: Replica): Promise<RunningOperator> {
  for (const [name, operator] of operators) {
    const joined = readFileSync(join(fleet.logs, `${name}.log`), 'utf8')
      .split('\n')
      .findLast(isJoining)
    if (joined?.includes(lease) && operator.process.running) return operator
  }
  throw new Error(`no log tells of ${lease}`)
}

function isJoining(line: string): boolean {
  return line.includes('this replica has joined')
}

/** Makes objects one after the other, and looks at the Leases, until it is ended. */
function startLoad() {
  const ended = new AbortController()
  const doubles: string[] = []
  const work = async (): Promise<number> => {
    let objects = 0
    while (!ended.signal.aborted) {
      const name = `object-${objects++}`
      await apply(fleet.host, configMap({ name, namespace: NAMESPACE, labels: { shared: 'yes' } }, { name }))
      await sleep(200)
    }
    return objects
  }
  const watch = async (): Promise<void> => {
    while (!ended.signal.aborted) {
      const had = (await replicas()).flatMap(({ members }) => members)
      if (new Set(had).size < had.length) doubles.push(had.join())
      await sleep(50)
    }
  }
  const running = Promise.all([work(), watch()])
  return {
    end: async () => {
      ended.abort()
      const [objects] = await running
      return { objects, doubles }
    },
  }
}

function countObjects(members: TestFleet['members'] = fleet.members): Promise<readonly number[]> {
  const path = `/api/v1/namespaces/${NAMESPACE}/configmaps?labelSelector=shared=yes`
  return Promise.all(
    members.map(async member => {
      const { items }: AnyObject = await member.request(path)
      return items.length
    }),
  )
}

async function writesOfConfigMaps(): Promise<readonly number[]> {
  const counts = await countRequests(fleet)
  return counts
    .slice(1)
    .map(
      rows =>
        totalRequests(rows, { ...CONFIG_MAPS, code: '201' }) + totalRequests(rows, { ...CONFIG_MAPS, code: '200' }),
    )
}
