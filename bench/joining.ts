import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { renderKubeconfig } from '../e2e/controlplane/kubeconfig.ts'
import { startFleet } from '../e2e/controlplane/start-fleet.ts'
import { startOperator } from '../e2e/operator.ts'
import { bundle } from '../scripts/bundle.ts'
import { CLUSTER, NAMESPACE, PROPAGATION_POLICY, SECRET } from '../src/api/kinds.ts'
import { CLUSTER_NAMESPACE } from '../src/api/names.ts'
import { isConditionTrue } from '../src/object/condition.ts'
import { stringAt } from '../src/object/field.ts'
import { formatApiVersion } from '../src/object/gvk.ts'
import type { Cluster } from '../src/object/karmada-objects.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import { systemClock } from '../src/runtime/clock.ts'
import { newInformer, type RunningInformer } from '../src/runtime/informer.ts'
import { silentLog } from '../src/testing/silent-log.ts'
import { rowsBetween } from './burst.ts'
import { type ClusterUnderTest, openClusters } from './cluster-under-test.ts'
import { FACE_LABEL, type Face, startFaces } from './faces.ts'
import { ownOperator } from './operator-under-test.ts'
import type { Question } from './question.ts'
import { countForeground, countResource, type Figures, percentiles, type Report, round } from './report.ts'
import { type Sightings, watchSightings } from './sightings.ts'
import { CONFIG_MAP } from './workload.ts'

export const joining: Question = {
  name: 'joining',
  asks: 'how long many clusters take to join, what they cost, and whether those that are gone slow down the others',
  clusters: 'made',
  /** Of clusters. */
  objects: 100,
  measure: measureJoining,
}

const SERVERS = 2
const UNREACHABLE_SHARE = 0.3
const IDLE_MS = 60_000
const JOIN_LIMIT_MS = 600_000
/** Fewer say nothing. */
const LEAST_SAMPLES = 70
const NAMESPACE_NAME = 'flotilla-bench-joining'

/** A fleet of many clusters: one real apiserver stands for half of them, by its faces. */
interface ManyClusters {
  readonly clusters: ClusterUnderTest
  readonly faces: readonly Face[]
  /** Of the host, without all that is not looked at: lists would keep it busy. */
  readonly known: RunningInformer<Cluster>
  stop(): Promise<void>
}

/**
 * How long do many clusters take to join, what do they cost when nothing happens, and do those that cannot be reached slow
 * down the others? All in one run: latencies to the clusters that are well are measured before, while 30 % of all are
 * unreachable (half of them silent, half refusing), and after.
 */
async function measureJoining(count: number): Promise<Report> {
  const many = await startMany(count)
  try {
    const alone = many.clusters.usage()
    const joined = await joinAll(many)
    await openPlaces(many)
    const ill = many.faces.filter((_, index) => index % 10 < UNREACHABLE_SHARE * 10)
    const well = many.faces.filter(face => !ill.includes(face))
    const idle = await measureIdleCost(many)
    const before = await latencies(many, { name: 'before', faces: well })
    for (const [index, face] of ill.entries()) await face.become(index % 2 === 0 ? 'silent' : 'refusing')
    const during = await latencies(many, { name: 'during', faces: well })
    await untilReady(many, new Set(well.map(({ name }) => name)))
    const later = await latencies(many, { name: 'later', faces: well })
    for (const face of ill) await face.become('well')
    await untilReady(many, new Set(many.faces.map(({ name }) => name)))
    const after = await latencies(many, { name: 'after', faces: well })
    const base = ((before['beforeP50Ms'] ?? 0) + (after['afterP50Ms'] ?? 0)) / 2
    const memory = (idle['peakRssMiB'] ?? 0) - (alone?.peakRssMiB ?? 0)
    const ratios = {
      rssPerClusterMiB: round(memory / count),
      duringP50Ratio: round((during['duringP50Ms'] ?? 0) / base),
      laterP50Ratio: round((later['laterP50Ms'] ?? 0) / base),
    }
    return {
      question: 'joining',
      setting: { clusters: count, apiservers: SERVERS, unreachable: ill.length, idleSeconds: IDLE_MS / 1000 },
      figures: { ...joined, ...idle, ...before, ...during, ...later, ...after, ...ratios },
      bare: {},
      requests: [],
    }
  } finally {
    await many.stop()
  }
}

async function startMany(count: number): Promise<ManyClusters> {
  const members = Array.from({ length: SERVERS }, (_, index) => ({
    name: `member${index + 1}`,
    components: ['apiserver'] as const,
  }))
  const fleet = await startFleet({ members })
  const folder = mkdtempSync(join(tmpdir(), 'flotilla-bench-'))
  const names = Array.from({ length: count }, (_, index) => `c${index + 1}`)
  try {
    const [program = ''] = await bundle(folder)
    const running = await startOperator(fleet, { logFile: join(folder, 'operator.log'), bundle: program })
    const byServer = fleet.members.map((member, server) =>
      startFaces(
        member.endpoint,
        names.filter((_, index) => index % SERVERS === server),
      ),
    )
    const faces = (await Promise.all(byServer)).flat()
    const paths = { host: fleet.host.kubeconfigPath, members: fleet.members.map(member => member.kubeconfigPath) }
    const clusters = openClusters(paths, ownOperator({ running, folder, profile: false }))
    const known = newInformer<Cluster>(
      { client: clusters.host, clock: systemClock, log: silentLog },
      { resource: CLUSTER, project: projectStanding },
    )
    const stop = async (): Promise<void> => {
      known.stop()
      await clusters.stop()
      await Promise.all(faces.map(face => face.stop()))
      await fleet.stop()
      rmSync(folder, { recursive: true, force: true })
    }
    return { clusters, faces, known, stop }
  } catch (error) {
    await fleet.stop()
    rmSync(folder, { recursive: true, force: true })
    throw error
  }
}

/** Applies all Secrets and Clusters at once. @returns when the clusters could be used. */
async function joinAll(many: ManyClusters): Promise<Figures> {
  const { host } = many.clusters
  const startMs = performance.now()
  await Promise.all(
    many.faces.flatMap(({ name, endpoint }) => {
      const secretRef = { namespace: CLUSTER_NAMESPACE, name }
      const data = { kubeconfig: Buffer.from(renderKubeconfig(name, endpoint)).toString('base64') }
      const spec = { syncMode: 'Push', secretRef }
      return [
        host.create(SECRET, { apiVersion: 'v1', kind: 'Secret', metadata: secretRef, data }),
        host.create(CLUSTER, { apiVersion: formatApiVersion(CLUSTER), kind: 'Cluster', metadata: { name }, spec }),
      ]
    }),
  )
  const readyMs = await untilReady(many, new Set(many.faces.map(({ name }) => name)), startMs)
  return { ...percentiles('joined', readyMs), joinedAllMs: round(Math.max(...readyMs)) }
}

/**
 * Waits until exactly these clusters are ready and untainted.
 *
 * @returns when each was seen to be so first, in milliseconds since `startMs`.
 */
async function untilReady(
  { known }: ManyClusters,
  wanted: ReadonlySet<string>,
  startMs = performance.now(),
): Promise<readonly number[]> {
  const seenMs = new Map<string, number>()
  while (performance.now() - startMs < JOIN_LIMIT_MS) {
    const ready = known
      .list()
      .filter(isUsable)
      .map(({ metadata }) => metadata.name)
    for (const name of ready) if (!seenMs.has(name)) seenMs.set(name, round(performance.now() - startMs))
    if (ready.length === wanted.size && ready.every(name => wanted.has(name))) return [...seenMs.values()]
    await sleep(20)
  }
  throw new Error(`of ${wanted.size} clusters ${seenMs.size} were ready within ${JOIN_LIMIT_MS} ms`)
}

function projectStanding({ status, ...cluster }: Cluster): Cluster {
  const { managedFields: _, ...metadata } = cluster.metadata
  return { ...cluster, metadata, ...(status?.conditions && { status: { conditions: status.conditions } }) }
}

function isUsable({ spec, status }: Cluster): boolean {
  return isConditionTrue(status?.conditions, 'Ready') && (spec.taints ?? []).length === 0
}

/** A policy for each cluster, which takes the ConfigMaps with its label there and nowhere else. */
async function openPlaces({ clusters: { host }, faces }: ManyClusters): Promise<void> {
  await host.create(NAMESPACE, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE_NAME } })
  for (const { name } of faces) {
    const labelSelector = { matchLabels: { [FACE_LABEL]: name } }
    await host.create(PROPAGATION_POLICY, {
      apiVersion: formatApiVersion(PROPAGATION_POLICY),
      kind: PROPAGATION_POLICY.kind,
      metadata: { name, namespace: NAMESPACE_NAME },
      spec: {
        resourceSelectors: [{ apiVersion: 'v1', kind: 'ConfigMap', labelSelector }],
        placement: { clusterAffinity: { clusterNames: [name] } },
      },
    })
  }
}

/** What one cluster costs in a minute in which nothing happens. */
async function measureIdleCost(many: ManyClusters): Promise<Figures> {
  const { clusters, faces } = many
  // One object each, so that its kind is watched as in any member that is used.
  await latencies(many, { name: 'first', faces })
  const usage = clusters.usage()
  const before = await clusters.requestCounts()
  await sleep(IDLE_MS)
  const requests = rowsBetween(before, await clusters.requestCounts())
  const after = clusters.usage()
  const perCluster = (amount: number): number => round((amount / faces.length) * (60_000 / IDLE_MS))
  const memberRequests = requests.filter(row => row.server === 'members').reduce((sum, row) => sum + row.count, 0)
  return {
    idleMemberRequestsPerClusterMinute: perCluster(memberRequests),
    idleHostRequestsPerClusterMinute: perCluster(countForeground(requests, 'host')),
    idleHostClusterRequestsPerClusterMinute: perCluster(countResource(requests, 'host', 'clusters')),
    ...(usage !== undefined &&
      after !== undefined && {
        idleCpuMsPerClusterMinute: perCluster((after.cpuSeconds - usage.cpuSeconds) * 1000),
        peakRssMiB: round(after.peakRssMiB),
      }),
  }
}

interface Series {
  readonly name: string
  readonly faces: readonly Face[]
}

/** ConfigMaps for each cluster, one after the other: from its creation on the host to its sight in the member. */
async function latencies({ clusters }: ManyClusters, { name, faces }: Series): Promise<Figures> {
  const seen = await watchMembers(clusters)
  const times: number[] = []
  const rounds = Math.ceil(LEAST_SAMPLES / faces.length)
  for (const [index, face] of Array.from({ length: rounds }, () => faces)
    .flat()
    .entries()) {
    const metadata = {
      name: `${name}-${face.name}-${index}`,
      namespace: NAMESPACE_NAME,
      labels: { [FACE_LABEL]: face.name },
    }
    await clusters.host.create(CONFIG_MAP, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { a: 'b' } })
    const createdMs = performance.now()
    const first = await Promise.race(seen.map(member => member.until(metadata.name)))
    times.push(Math.max(0, first - createdMs))
  }
  for (const member of seen) member.stop()
  return percentiles(name, times)
}

function watchMembers({ members }: ClusterUnderTest): Promise<readonly Sightings[]> {
  const nameOf = (object: KubeObject): string | undefined => stringAt(object, 'metadata', 'name')
  return Promise.all(
    members.map(client => watchSightings({ client, resource: CONFIG_MAP, namespace: NAMESPACE_NAME, nameOf })),
  )
}
