import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fleet } from '../e2e/controlplane/fleet.ts'
import { startFleet } from '../e2e/controlplane/start-fleet.ts'
import { waitFor } from '../e2e/controlplane/wait.ts'
import { joinMembers } from '../e2e/joining.ts'
import { type RunningOperator, startOperator } from '../e2e/operator.ts'
import { bundle } from '../scripts/bundle.ts'
import { LEASE } from '../src/api/kinds.ts'
import { LABEL, OPERATOR_NAMESPACE } from '../src/api/names.ts'
import { readReplicaLease } from '../src/shards/replica-lease.ts'
import { newView } from '../src/shards/view.ts'
import { CREATORS, createBurst, settled } from './burst.ts'
import { type ClusterUnderTest, openClusters } from './cluster-under-test.ts'
import { readUsage } from './process-usage.ts'
import type { Question } from './question.ts'
import { type Figures, type Report, round } from './report.ts'
import { CONFIG_MAP, forEachConcurrently, objectNames, openWorkload, template, watchJourney } from './workload.ts'

export const replicas: Question = {
  name: 'replicas',
  asks: 'what each of several replicas does that share the members, and how long it takes to take over from one that is killed, and from the leader',
  clusters: 'made',
  /** ConfigMaps, each in all members. */
  objects: 300,
  measure: measureReplicas,
}

const MEMBERS = ['member1', 'member2', 'member3', 'member4', 'member5', 'member6'] as const
const COUNTS = [1, 2, 4] as const
const TAKEOVER_LIMIT_MS = 120_000
/** What is made when the leader has just been killed. */
const LATECOMER = 'latecomer'

/** What the runs share. */
interface Bench {
  readonly fleet: Fleet
  readonly folder: string
  readonly program: string
}

/**
 * One, two and four replicas with the same load, one after the other on the same clusters: what each does (CPU, requests to
 * members), how long members are without one when a replica that does not lead is killed, and how long nobody places anything when
 * the leader is.
 */
async function measureReplicas(objects: number): Promise<Report> {
  const members = MEMBERS.map(name => ({ name, components: ['apiserver'] as const, nodes: { count: 0 } }))
  const fleet = await startFleet({ members })
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
  try {
    const [program = ''] = await bundle(folder)
    const all: Figures[] = []
    for (const count of COUNTS) all.push(await measureOne({ fleet, folder, program }, count, objects))
    const figures = Object.assign({}, ...all)
    return { question: 'replicas', setting: { objects, members: MEMBERS.length }, figures, bare: {}, requests: [] }
  } finally {
    await fleet.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureOne(bench: Bench, count: number, objects: number): Promise<Figures> {
  const operators = await startReplicas(bench, count)
  const { host, members } = bench.fleet
  const paths = { host: host.kubeconfigPath, members: members.map(member => member.kubeconfigPath) }
  const clusters = openClusters(paths)
  try {
    if (count === COUNTS[0]) await joinMembers(bench.fleet)
    const shares = await untilShared(clusters, count)
    const workload = await openWorkload(clusters, [CONFIG_MAP])
    const before = await Promise.all(operators.map(look))
    const times = await createBurst(clusters, workload, objects)
    await settled(clusters)
    const after = await Promise.all(operators.map(look))
    const each = after.map(({ cpuSeconds, requests, rssMiB }, index) => ({
      ...{ cpuSeconds: cpuSeconds - (before[index]?.cpuSeconds ?? 0), rssMiB },
      requests: requests - (before[index]?.requests ?? 0),
    }))
    const takeover = count > 1 ? await killTwo(clusters, { operators, count, namespace: workload.namespace }) : {}
    // Nobody deletes namespaces in members that are apiservers alone.
    const names = ['warm-up', ...(count > 1 ? [LATECOMER] : []), ...objectNames(CONFIG_MAP, objects)]
    await forEachConcurrently(names, CREATORS, async name => {
      await clusters.host.delete(CONFIG_MAP, { namespace: workload.namespace, name })
    })
    await settled(clusters)
    return named(count, { ...times, ...figuresOf(each), ...shares, ...takeover })
  } finally {
    await Promise.all(operators.map(({ process }) => process.stop()))
    await clusters.stop()
  }
}

async function startReplicas({ fleet, folder, program }: Bench, count: number): Promise<readonly RunningOperator[]> {
  const operators: RunningOperator[] = []
  for (let index = 1; index <= count; index++) {
    const logFile = join(folder, `replica${count}-${index}.log`)
    const name = `replica${count}-${index}`
    const configuration = { sharing: { enabled: true } }
    // One after the other: the first leads.
    operators.push(await startOperator(fleet, { name, logFile, bundle: program, configuration }))
  }
  return operators
}

/** What a replica has done since it started. */
async function look({ process, metricsUrl }: RunningOperator) {
  const page = await (await fetch(metricsUrl)).text()
  const requests = [...page.matchAll(/^flotilla_client_requests_total\{(?!.*cluster="host").*\} (\d+)$/gm)]
  const { pid } = process.identity ?? {}
  const usage = pid === undefined ? { cpuSeconds: 0, peakRssMiB: 0 } : readUsage([pid])
  return {
    cpuSeconds: usage.cpuSeconds,
    rssMiB: usage.peakRssMiB,
    requests: requests.reduce((sum, [, value]) => sum + Number(value), 0),
  }
}

/** The first leads. */
function figuresOf(each: readonly Awaited<ReturnType<typeof look>>[]): Figures {
  const [leader, ...others] = each
  const sum = (of: 'cpuSeconds' | 'requests' | 'rssMiB', list = each) => list.reduce((total, row) => total + row[of], 0)
  const mean = (of: 'cpuSeconds' | 'requests' | 'rssMiB') => round(sum(of, others) / Math.max(1, others.length))
  return {
    allCpuSeconds: round(sum('cpuSeconds')),
    allMemberRequests: sum('requests'),
    leaderCpuSeconds: round(leader?.cpuSeconds ?? 0),
    leaderMemberRequests: leader?.requests ?? 0,
    leaderPeakRssMiB: round(leader?.rssMiB ?? 0),
    ...(others.length > 0 && {
      otherCpuSeconds: mean('cpuSeconds'),
      otherMemberRequests: mean('requests'),
      otherPeakRssMiB: mean('rssMiB'),
    }),
  }
}

async function sharesOf({ host }: Pick<ClusterUnderTest, 'host'>) {
  const { items } = await host.list(LEASE, { namespace: OPERATOR_NAMESPACE, labelSelector: LABEL.replica })
  return items.map(readReplicaLease)
}

/** Waits until so many replicas share all members, each what is its own. @returns how many the busiest has. */
async function untilShared(clusters: Pick<ClusterUnderTest, 'host'>, count: number): Promise<Figures> {
  const shares = await waitFor(
    async () => {
      const found = await sharesOf(clusters)
      return found.length === count && isHandedOver(found) ? found : undefined
    },
    { until: `${count} replicas have all members`, timeoutMs: TAKEOVER_LIMIT_MS, everyMs: 20 },
  )
  return { mostMembers: Math.max(...shares.map(({ members }) => members.length)) }
}

/** Whether all act by the view of those that are there, and each has looked at the members that it gives to it. */
function isHandedOver(shares: Awaited<ReturnType<typeof sharesOf>>): boolean {
  const view = newView(shares.map(({ replica }) => replica))
  return (
    shares.every(each => each.view === view.id) &&
    MEMBERS.every(name =>
      shares.every(({ replica, members }) => members.includes(name) === (view.ownerOf(name) === replica)),
    )
  )
}

interface Group {
  readonly operators: readonly RunningOperator[]
  readonly count: number
  readonly namespace: string
}

/** Of those that do not lead the one with most members, which then comes back; then the leader. */
async function killTwo(clusters: ClusterUnderTest, group: Group): Promise<Figures> {
  const { count } = group
  const [leader, ...others] = group.operators
  const counts = await Promise.all(others.map(executedBy))
  const victim = others[counts.indexOf(Math.max(...counts))]
  await victim?.process.kill()
  const takeoverSeconds = await untilTakenOver(clusters, count)
  victim?.process.start()
  await untilShared(clusters, count)
  const leaderHadMembers = leader === undefined ? 0 : await executedBy(leader)
  const journey = await watchJourney(clusters, CONFIG_MAP, group.namespace)
  try {
    const startMs = performance.now()
    await leader?.process.kill()
    const [leaderTakeoverSeconds, inMembersMs] = await Promise.all([
      untilTakenOver(clusters, count),
      createLatecomer(clusters, { journey, namespace: group.namespace }),
    ])
    return {
      ...{ killedHadMembers: Math.max(...counts), takeoverSeconds },
      ...{ killedLeaderHadMembers: leaderHadMembers, leaderTakeoverSeconds },
      newObjectAfterLeaderSeconds: round((inMembersMs - startMs) / 1000),
    }
  } finally {
    journey.stop()
  }
}

interface Lateness {
  readonly journey: Awaited<ReturnType<typeof watchJourney>>
  readonly namespace: string
}

/** @returns when it is in all members, by `performance.now()`. */
async function createLatecomer({ host }: ClusterUnderTest, { journey, namespace }: Lateness): Promise<number> {
  await host.create(CONFIG_MAP, template(CONFIG_MAP, namespace, LATECOMER))
  return journey.inMembers(LATECOMER)
}

/** Of so many replicas one was killed: waits until the others have all members. @returns how long that took, in seconds. */
async function untilTakenOver(clusters: ClusterUnderTest, count: number): Promise<number> {
  const startMs = performance.now()
  await untilShared(clusters, count - 1)
  return round((performance.now() - startMs) / 1000)
}

async function executedBy({ metricsUrl }: RunningOperator): Promise<number> {
  const page = await (await fetch(metricsUrl)).text()
  return Number(/^flotilla_members_executed (\d+)$/m.exec(page)?.[1] ?? 0)
}

function named(count: number, figures: Figures): Figures {
  const capital = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`of${count}${capital(name)}`, value]))
}
