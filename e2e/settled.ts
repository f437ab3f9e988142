import { type RequestCount, subtractRequestCounts } from './controlplane/request-counts.ts'
import { waitFor } from './controlplane/wait.ts'
import type { RunningOperator } from './operator.ts'
import type { TestFleet } from './test-fleet.ts'

const PATIENCE_MS = 120_000
const LOOK_MS = 700

type Watched = Pick<TestFleet, 'host' | 'members' | 'operator'>

/** Requests that the host and each member have answered. */
export type RequestCounts = readonly (readonly RequestCount[])[]

/** @returns the counts of the host, then of each member. */
export function countRequests({ host, members }: Pick<TestFleet, 'host' | 'members'>): Promise<RequestCounts> {
  return Promise.all([host, ...members].map(cluster => cluster.requestCounts()))
}

/** What was written since `before`: of the host, then of each member; leases, heartbeats and events aside. */
export async function writesSince(fleet: Pick<TestFleet, 'host' | 'members'>, before: RequestCounts) {
  const after = await countRequests(fleet)
  return after.map((counts, index) => subtractRequestCounts(counts, before[index] ?? []).filter(isWrite))
}

/**
 * Waits until no key waits, nothing is under way, and no apiserver has been written to for three looks in a row.
 *
 * @param operator default: the one that the fleet started with
 */
export async function quiet(fleet: Watched, operator: RunningOperator = fleet.operator): Promise<void> {
  let looks = 0
  let last: RequestCounts = []
  await waitFor(
    async () => {
      const page = await (await fetch(operator.metricsUrl)).text()
      const queues = [...page.matchAll(/^flotilla_(?:workqueue_depth|reconciles_running)\{.*\} (\d+)$/gm)]
      const busy = queues.filter(([, depth]) => depth !== '0').map(([line]) => line)
      const now = await countRequests(fleet)
      const written = now.map((rows, index) => subtractRequestCounts(rows, last[index] ?? []).filter(isWrite))
      last = now
      if (busy.length > 0 || queues.length === 0 || written.flat().length > 0) {
        looks = 0
        throw new Error(JSON.stringify({ busy, written }))
      }
      looks++
      return looks >= 3 || undefined
    },
    { until: 'nothing is written any more', timeoutMs: PATIENCE_MS, everyMs: LOOK_MS },
  )
}

const WRITES = new Set(['APPLY', 'PATCH', 'PUT', 'POST', 'DELETE', 'DELETECOLLECTION'])
/** Leases and heartbeats, events, and questions that are asked by POST. */
const BACKGROUND = new Set(['leases', 'events', 'nodes', 'tokenreviews', 'selfsubjectreviews', 'subjectaccessreviews'])

function isWrite({ verb, resource, subresource, code, dryRun }: RequestCount): boolean {
  const isHeartbeat = resource === 'clusters' && subresource === 'status'
  return dryRun !== true && WRITES.has(verb) && !BACKGROUND.has(resource) && !isHeartbeat && code !== '404'
}
