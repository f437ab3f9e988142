import { setTimeout as sleep } from 'node:timers/promises'
import { LEASE } from '../src/api/kinds.ts'
import { OPERATOR_LEASE } from '../src/api/names.ts'
import { valueAt } from '../src/object/field.ts'
import { createBurst, rowsBetween, settled } from './burst.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import type { OperatorUnderTest } from './operator-under-test.ts'
import type { Question } from './question.ts'
import { countResource, countWrites, type Figures, type Report, type RequestRow, round } from './report.ts'
import { CONFIG_MAP, openWorkload, template, type Workload, watchJourney } from './workload.ts'

/** Nothing is written that would tell when it is done: a start with a thousand bindings takes a tenth of this. */
const UNCHANGED_MS = 20_000
/** Of each a median. */
const ROUNDS = 3

export const restart: Question = {
  name: 'restart',
  asks: 'how long after the start of the process a new object is in all members, and what is written for those that stand',
  clusters: 'any',
  objects: 1000,
  measure: measureRestart,
}

/** Three times in order (SIGTERM: the lease is given up), once killed (the next container of the same Pod), once with nothing new. */
async function measureRestart(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const operator = startable(clusters)
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  await createBurst(clusters, workload, objects)
  await settled(clusters)
  const unchanged = await measureUnchanged(clusters, operator)
  const released: Started[] = []
  for (let round = 1; round <= ROUNDS; round++) {
    released.push(await start(clusters, operator, { workload, signal: 'SIGTERM', name: `released-${round}` }))
  }
  const leaseMs = await readLeaseMs(clusters)
  const killed = await start(clusters, operator, { workload, signal: 'SIGKILL', name: 'killed' })
  return {
    question: 'restart',
    setting: { objects, members: clusters.members.length, rounds: ROUNDS, leaseSeconds: (leaseMs ?? 0) / 1000 },
    figures: {
      ...unchanged.figures,
      releasedToMembersMs: round(median(released.map(({ toMembersMs }) => toMembersMs))),
      releasedToStatusOnHostMs: round(median(released.map(({ toStatusMs }) => toStatusMs))),
      killedToMembersMs: round(killed.toMembersMs),
      killedToStatusOnHostMs: round(killed.toStatusMs),
    },
    bare: {},
    requests: unchanged.requests,
  }
}

/** @returns how long nobody else may take over from one that is killed; undefined when its Lease is not where ours is. */
async function readLeaseMs({ host }: ClusterUnderTest): Promise<number | undefined> {
  const { items } = await host.list(LEASE)
  const lease = items.find(({ metadata }) => metadata.name === OPERATOR_LEASE)
  const seconds = lease && valueAt(lease, 'spec', 'leaseDurationSeconds')
  return typeof seconds === 'number' ? seconds * 1000 : undefined
}

type Startable = OperatorUnderTest & Required<Pick<OperatorUnderTest, 'start'>>

function startable({ operator }: ClusterUnderTest): Startable {
  if (operator?.start === undefined) throw new Error('restart ends the operator: it needs --pids and --start-command')
  return { ...operator, start: operator.start }
}

/** The first time of the process, by which it has compared everything: the lease and Clusters aside it is to write nothing. */
async function measureUnchanged(
  clusters: ClusterUnderTest,
  operator: Startable,
): Promise<{ readonly figures: Figures; readonly requests: readonly RequestRow[] }> {
  await operator.stop()
  const before = await clusters.requestCounts()
  await operator.start()
  await sleep(UNCHANGED_MS)
  const usage = clusters.usage()
  const requests = rowsBetween(before, await clusters.requestCounts())
  return {
    requests,
    figures: {
      unchangedHostWrites: countWrites(requests, 'host'),
      unchangedMemberWrites: countWrites(requests, 'members'),
      hostEventRequests: countResource(requests, 'host', 'events'),
      hostReads: countReads(requests, 'host'),
      memberReads: countReads(requests, 'members'),
      ...(usage !== undefined && { cpuSeconds: round(usage.cpuSeconds), peakRssMiB: round(usage.peakRssMiB) }),
    },
  }
}

function countReads(rows: readonly RequestRow[], server: RequestRow['server']): number {
  return rows
    .filter(row => row.server === server && ['GET', 'LIST', 'WATCH'].includes(row.verb))
    .reduce((sum, row) => sum + row.count, 0)
}

interface Round {
  readonly workload: Workload
  readonly signal: 'SIGTERM' | 'SIGKILL'
  /** Of the new object. */
  readonly name: string
}

interface Started {
  readonly toMembersMs: number
  readonly toStatusMs: number
}

/** The object is made when the process has just been started, which is long before it listens to anything. */
async function start(clusters: ClusterUnderTest, operator: Startable, round: Round): Promise<Started> {
  const { namespace } = round.workload
  const journey = await watchJourney(clusters, CONFIG_MAP, namespace)
  await (round.signal === 'SIGTERM' ? operator.stop() : operator.kill())
  const startMs = performance.now()
  await operator.start()
  await clusters.host.create(CONFIG_MAP, template(CONFIG_MAP, namespace, round.name))
  const toMembersMs = (await journey.inMembers(round.name)) - startMs
  const toStatusMs = (await journey.statusOnHost(round.name)) - startMs
  journey.stop()
  await settled(clusters)
  return { toMembersMs, toStatusMs }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}
