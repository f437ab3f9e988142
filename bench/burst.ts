import { setTimeout as sleep } from 'node:timers/promises'
import { type BareOutcome, runBareLoop } from './bare-loop.ts'
import type { ClusterUnderTest, ServerCounts } from './cluster-under-test.ts'
import { startIdleLoop } from './idle-loop.ts'
import type { ProcessUsage } from './process-usage.ts'
import type { Question } from './question.ts'
import {
  countForeground,
  countResource,
  countWrites,
  type Figures,
  type Report,
  type RequestRow,
  requestRows,
  round,
} from './report.ts'
import {
  CONFIG_MAP,
  forEachConcurrently,
  objectNames,
  openWorkload,
  template,
  type Workload,
  watchJourney,
} from './workload.ts'

/** How many ConfigMaps are created at once. */
export const CREATORS = 64
/** Events are sent off the critical path; they belong to the burst too: it has ended when nothing changed for so long. */
const QUIET_MS = 3_000
const QUIET_AT_LATEST_MS = 120_000

export const burst: Question = {
  name: 'burst',
  asks: 'how long many ConfigMaps at once take to all members, and what they cost',
  clusters: 'any',
  objects: 300,
  also: [1000],
  measure: measureBurst,
}

/** Many objects at once: how long until all are everywhere, and what does it cost? */
export async function measureBurst(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  const before = await snapshot(clusters)
  const { seconds, delays, profile } = await createObservedBurst(clusters, workload, objects)
  const after = await settled(clusters)
  await workload.remove()
  const requests = rowsBetween(before.counts, after.counts)
  const { kubeconfigs, members } = clusters
  const bareBefore = await clusters.requestCounts()
  const [bare] = await runBareLoop({ kubeconfigs, kinds: [CONFIG_MAP.kind], objects, creators: CREATORS })
  const bareAfter = await clusters.requestCounts()
  return {
    question: 'burst',
    setting: { objects, members: members.length, creators: CREATORS },
    figures: {
      ...seconds,
      ...requestFigures(requests, objects),
      ...usageFigures(before.usage, after.usage),
      ...hostFigures(before.counts, after.counts),
      ...delays,
    },
    bare: bare === undefined ? {} : { ...bareFigures(bare, objects), ...hostFigures(bareBefore, bareAfter) },
    requests,
    ...(profile && { profile }),
  }
}

/** A burst while the event loops of the operator and of an idle process are looked at. */
export async function createObservedBurst(clusters: ClusterUnderTest, workload: Workload, objects: number) {
  const endObservation = await clusters.operator?.observe?.()
  const endIdleLoop = startIdleLoop()
  const seconds = await createBurst(clusters, workload, objects)
  const { figures, profile } = (await endObservation?.()) ?? { figures: {} }
  return { seconds, delays: { ...figures, ...(await endIdleLoop()) }, profile }
}

/** Creates the objects and waits until the host shows all of them applied. @returns how long that took. */
export async function createBurst(clusters: ClusterUnderTest, workload: Workload, objects: number): Promise<Figures> {
  const { namespace } = workload
  const journey = await watchJourney(clusters, CONFIG_MAP, namespace)
  const names = objectNames(CONFIG_MAP, objects)
  const startMs = performance.now()
  await forEachConcurrently(names, CREATORS, async name => {
    await clusters.host.create(CONFIG_MAP, template(CONFIG_MAP, namespace, name))
  })
  const createdMs = performance.now()
  const inMembersMs = Math.max(...(await Promise.all(names.map(name => journey.inMembers(name)))))
  const statusMs = Math.max(...(await Promise.all(names.map(name => journey.statusOnHost(name)))))
  journey.stop()
  return {
    creationSeconds: round((createdMs - startMs) / 1000),
    toMembersSeconds: round((inMembersMs - startMs) / 1000),
    toStatusOnHostSeconds: round((statusMs - startMs) / 1000),
  }
}

/** @returns what all servers answered between two looks. */
export function rowsBetween(before: ServerCounts, after: ServerCounts): readonly RequestRow[] {
  return [...requestRows('host', [before.host], [after.host]), ...requestRows('members', before.members, after.members)]
}

export interface Snapshot {
  readonly counts: ServerCounts
  readonly usage: ProcessUsage | undefined
}

async function snapshot(clusters: ClusterUnderTest): Promise<Snapshot> {
  return { counts: await clusters.requestCounts(), usage: clusters.usage() }
}

/** Waits until nothing is written any more. @returns the counts when that began. */
export async function settled(clusters: ClusterUnderTest): Promise<Snapshot> {
  const latestMs = performance.now() + QUIET_AT_LATEST_MS
  for (let last = await snapshot(clusters); ; ) {
    await sleep(QUIET_MS)
    const now = await snapshot(clusters)
    const rows = rowsBetween(last.counts, now.counts)
    if (countWrites(rows, 'host') + countResource(rows, 'host', 'events') === 0) return last
    if (performance.now() > latestMs) return now
    last = now
  }
}

function requestFigures(rows: readonly RequestRow[], objects: number): Figures {
  return {
    hostRequestsPerObject: round(countForeground(rows, 'host') / objects),
    hostEventRequestsPerObject: round(countResource(rows, 'host', 'events') / objects),
    hostLeaseRequests: countResource(rows, 'host', 'leases'),
    memberRequestsPerObject: round(countForeground(rows, 'members') / objects),
  }
}

function usageFigures(before: ProcessUsage | undefined, after: ProcessUsage | undefined): Figures {
  if (before === undefined || after === undefined) return {}
  return { cpuSeconds: round(after.cpuSeconds - before.cpuSeconds), peakRssMiB: round(after.peakRssMiB) }
}

function hostFigures(before: ServerCounts, after: ServerCounts): Figures {
  return { hostApiserverCpuSeconds: round(after.hostCpuSeconds - before.hostCpuSeconds) }
}

function bareFigures(bare: BareOutcome, objects: number): Figures {
  return {
    toMembersSeconds: round(bare.toMembersSeconds),
    toStatusOnHostSeconds: round(bare.toStatusSeconds),
    hostRequestsPerObject: round(bare.hostRequests / objects),
    memberRequestsPerObject: round(bare.memberRequests / objects),
    cpuSeconds: round(bare.cpuSeconds),
    peakRssMiB: round(bare.peakRssMiB),
  }
}
