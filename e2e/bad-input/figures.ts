import { eventually } from '../cluster-view.ts'
import type { TestFleet } from '../test-fleet.ts'

type Watched = Pick<TestFleet, 'operator'>

/** The sum of a metric's values. @param pattern of its lines, the value in its only group */
export async function metric({ operator }: Watched, pattern: RegExp): Promise<number> {
  return sumOf(await (await fetch(operator.metricsUrl)).text(), pattern)
}

/** @returns the sum of what a pattern finds in a page of metrics, as its first group. */
export function sumOf(page: string, pattern: RegExp): number {
  return [...page.matchAll(pattern)].reduce((sum, [, value]) => sum + Number(value), 0)
}

const ETCD_BYTES = /^etcd_mvcc_db_total_size_in_bytes (\S+)$/gm

/** What the clusters of a fleet keep, all together, old versions included. */
export async function etcdBytes({ etcd }: Pick<TestFleet, 'etcd'>): Promise<number> {
  return sumOf(await (await fetch(`${etcd.url}/metrics`)).text(), ETCD_BYTES)
}

const HEAP_BYTES = /^nodejs_heap_size_used_bytes (\S+)$/gm
const EXTERNAL_BYTES = /^nodejs_external_memory_bytes (\S+)$/gm

/** What the operator's JavaScript holds, in its heap and outside of it. What is garbage by now is among it. */
export async function heldBytes(watched: Watched): Promise<number> {
  return (await metric(watched, HEAP_BYTES)) + (await metric(watched, EXTERNAL_BYTES))
}

const DROPPED = /^flotilla_events_dropped_total\{reason="(\w+)",type="(\w+)"\} (\d+)$/gm

/** How many events the operator did not send, by why and type: `overflow Warning`. */
export async function droppedEvents({ operator }: Watched): Promise<Readonly<Record<string, number>>> {
  const page = await (await fetch(operator.metricsUrl)).text()
  const rows = [...page.matchAll(DROPPED)].map(
    ([, reason, type, count]) => [`${reason} ${type}`, Number(count)] as const,
  )
  return Object.fromEntries(rows.filter(([, count]) => count > 0))
}

/** What the operator has done so far. */
export interface Figures {
  readonly cpuSeconds: number
  readonly reconciles: number
  readonly errors: number
  readonly conflicts: number
  readonly panics: number
  readonly requests: number
  readonly eventsSent: number
}

export async function figuresOf({ operator }: Watched): Promise<Figures> {
  const page = await (await fetch(operator.metricsUrl)).text()
  const reconciles = (result: string): number =>
    sumOf(page, new RegExp(`^flotilla_reconcile_total\\{[^}]*result="${result}"[^}]*\\} (\\d+)$`, 'gm'))
  return {
    cpuSeconds: Math.round(operator.process.cpuSeconds()),
    reconciles: reconciles('[a-z]+'),
    errors: reconciles('error'),
    conflicts: reconciles('conflict'),
    panics: reconciles('panic'),
    requests: sumOf(page, /^flotilla_client_requests_total\{.*\} (\d+)$/gm),
    eventsSent: sumOf(page, /^flotilla_events_sent_total\{.*\} (\d+)$/gm),
  }
}

const QUEUED = /^flotilla_workqueue_depth\{.*\} (\d+)$/gm

/** Waits until nothing waits in a queue: what is on its way has said nothing for good. */
export async function settled(watched: Watched): Promise<void> {
  await eventually('nothing waits', async () => (await metric(watched, QUEUED)) === 0)
}
