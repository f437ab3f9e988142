import { setTimeout as sleep } from 'node:timers/promises'
import { createBurst, rowsBetween, settled } from './burst.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
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

/**
 * What does it cost when nothing happens? The bare loop of nothing is nothing: beside it stands what the clusters do alone,
 * with the operator stopped (only where it was started here).
 */
export async function measureIdle(clusters: ClusterUnderTest, objects: number): Promise<Report> {
  const workload = await openWorkload(clusters, [CONFIG_MAP])
  await createBurst(clusters, workload, objects)
  await settled(clusters)
  const { figures, requests } = await observe(clusters)
  const bare = await measureAlone(clusters)
  // Clusters of our own go as a whole, and nobody takes finalizers off any more.
  if (clusters.stopOperator === undefined) await workload.remove()
  return {
    question: 'idle',
    setting: { objects, members: clusters.members.length, seconds: WINDOW_MS / 1000 },
    figures,
    bare,
    requests,
  }
}

async function measureAlone(clusters: ClusterUnderTest): Promise<Figures> {
  if (clusters.stopOperator === undefined) return {}
  await clusters.stopOperator()
  const { figures } = await observe({ ...clusters, usage: () => undefined })
  return figures
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
        }),
    },
  }
}
