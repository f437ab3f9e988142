import { setTimeout as sleep } from 'node:timers/promises'
import { createBurst, rowsBetween, settled } from './burst.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import type { Question } from './question.ts'
import {
  countForeground,
  countResource,
  countWrites,
  type Figures,
  type Report,
  type RequestRow,
  round,
} from './report.ts'
import { CONFIG_MAP, openWorkload } from './workload.ts'

const WINDOW_MS = 60_000

export const idle: Question = {
  name: 'idle',
  asks: 'what it costs when nothing happens',
  clusters: 'any',
  objects: 300,
  measure: measureIdle,
}

/**
 * What does it cost when nothing happens? The bare loop of nothing is nothing: beside it stands what the clusters do alone,
 * with the operator stopped (only where it can be started again).
 */
async function measureIdle(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  await createBurst(clusters, workload, objects)
  await settled(clusters)
  const { figures, requests } = await observe(clusters)
  const bare = await measureAlone(clusters)
  const own = Object.keys(bare).length === 0 ? {} : ownRates({ figures, bare })
  await workload.remove()
  return {
    question: 'idle',
    setting: { objects, members: clusters.members.length, seconds: WINDOW_MS / 1000 },
    figures: { ...figures, ...own },
    bare,
    requests,
  }
}

/** Only the difference tells whose requests they are: an apiserver counts them without names. */
function ownRates({ figures, bare }: Pick<Report, 'figures' | 'bare'>): Figures {
  const difference = (key: string): number => round(Math.max(0, (figures[key] ?? 0) - (bare[key] ?? 0)))
  return {
    hostOwnRequestsPerSecond: difference('hostRequestsPerSecond'),
    memberOwnRequestsPerSecond: difference('memberRequestsPerSecond'),
  }
}

async function measureAlone(clusters: ClusterUnderTest): Promise<Figures> {
  const { operator } = clusters
  if (operator?.start === undefined) return {}
  await operator.stop()
  const { figures } = await observe({ ...clusters, usage: () => undefined })
  await operator.start()
  return figures
}

/** Of all kinds, looks at health and discovery among them; leases aside. */
function countAll(rows: readonly RequestRow[], server: RequestRow['server']): number {
  const counted = rows.filter(row => row.server === server && row.resource !== 'leases')
  return counted.reduce((sum, row) => sum + row.count, 0)
}

async function observe(
  clusters: ClusterUnderTest,
): Promise<{ readonly figures: Figures; readonly requests: readonly RequestRow[] }> {
  const usage = clusters.usage()
  const before = await clusters.requestCounts()
  await sleep(WINDOW_MS)
  const after = await clusters.requestCounts()
  const usageAfter = clusters.usage()
  const requests = rowsBetween(before, after)
  return {
    requests,
    figures: {
      hostRequestsPerSecond: round((countAll(requests, 'host') * 1000) / WINDOW_MS),
      memberRequestsPerSecond: round((countAll(requests, 'members') * 1000) / WINDOW_MS / clusters.members.length),
      hostRequests: countForeground(requests, 'host'),
      hostWrites: countWrites(requests, 'host'),
      hostClusterRequests: countResource(requests, 'host', 'clusters'),
      hostLeaseRequests: countResource(requests, 'host', 'leases'),
      hostEventRequests: countResource(requests, 'host', 'events'),
      memberRequests: countForeground(requests, 'members'),
      memberWrites: countWrites(requests, 'members'),
      ...(usage !== undefined &&
        usageAfter !== undefined && {
          cpuSeconds: round(usageAfter.cpuSeconds - usage.cpuSeconds),
          peakRssMiB: round(usageAfter.peakRssMiB),
          rssMiB: round(usageAfter.rssMiB),
        }),
    },
  }
}
