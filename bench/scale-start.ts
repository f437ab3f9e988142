import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { waitFor } from '../e2e/controlplane/wait.ts'
import type { Resource } from '../src/api/kinds.ts'
import { writtenSince } from './etcd-store.ts'
import { readUsage } from './process-usage.ts'
import type { Figures } from './report.ts'
import { round } from './report.ts'
import { COPY_PREFIX } from './scale-copies.ts'
import { type ScaleFleet, SERVER, untilQuiet } from './scale-fleet.ts'
import { awaitQuiet } from './surroundings.ts'

/** What is there when the operator starts. */
export interface Standing {
  readonly kind: Resource
  readonly templates: number
  readonly members: number
  readonly revision: number
}

const LIMIT_MS = 600_000
/** So long after everything was compared the memory is looked at again: a process has looked twice by then whether it rests. */
const REST_MS = 45_000
const KIB_PER_MIB = 1024

/**
 * Starts the operator on what is stored, waits until it has compared everything, and ends it.
 *
 * @throws when it wrote anything of what was there: then what is stored is not what it would have written
 */
export async function measureStart(fleet: ScaleFleet, standing: Standing): Promise<Figures> {
  const { operator } = fleet
  // What was put into etcd a moment ago the apiservers are still reading: fleets that stand have done so.
  await awaitQuiet(LIMIT_MS)
  const startMs = performance.now()
  operator.process.start()
  await waitFor(async () => ((await fetch(readyUrl(operator))).ok ? true : undefined), {
    until: 'the operator is ready',
    timeoutMs: LIMIT_MS,
    everyMs: 100,
  })
  const readyMs = performance.now() - startMs
  let longestBlockSeconds = 0
  const quiet = await untilQuiet(operator, page => {
    // It begins anew with every look.
    longestBlockSeconds = Math.max(longestBlockSeconds, gauge(page, 'nodejs_eventloop_lag_max_seconds'))
    return hasAll(page, standing)
  })
  const quietMs = quiet - startMs
  const pid = operator.process.identity?.pid ?? 0
  const usage = readUsage([pid])
  await sleep(REST_MS)
  const figures = {
    readySeconds: round(readyMs / 1000),
    comparedSeconds: round(quietMs / 1000),
    cpuSeconds: round(usage.cpuSeconds),
    peakRssMiB: round(readUsage([pid]).peakRssMiB),
    atRestRssMiB: round(rssMiB(pid)),
    longestBlockMs: round(1000 * longestBlockSeconds),
    atRestHeapMiB: round(
      gauge(await (await fetch(operator.metricsUrl)).text(), 'nodejs_heap_size_used_bytes') / KIB_PER_MIB ** 2,
    ),
  }
  await refuseWrites(fleet, standing.revision)
  await operator.process.stop()
  return figures
}

function readyUrl({ metricsUrl }: ScaleFleet['operator']): URL {
  return new URL('/readyz', metricsUrl)
}

async function refuseWrites({ etcdUrl }: ScaleFleet, revision: number): Promise<void> {
  const written = (
    await Promise.all(['/host/', `/${SERVER}/`].map(prefix => writtenSince(etcdUrl, prefix, revision)))
  ).flat()
  const copies = written.filter(key => key.includes(`/${COPY_PREFIX}`))
  if (copies.length > 0)
    throw new Error(`the operator wrote ${copies.length} keys of what was there, such as ${copies[0]}`)
}

/** Whether the caches hold everything. */
export function hasAll(page: string, { kind, templates, members }: Omit<Standing, 'revision'>): boolean {
  const cached = (cluster: RegExp, plural: string): number =>
    [...page.matchAll(/^flotilla_informer_objects\{(.*)\} (\d+)$/gm)]
      .filter(([, labels = '']) => cluster.test(labels) && labels.includes(`/${plural}"`))
      .reduce((sum, [, , count]) => sum + Number(count), 0)
  return (
    cached(/cluster="host"/, 'works') >= templates * members &&
    cached(/cluster="c\d+"/, kind.plural) >= templates * members
  )
}

function gauge(page: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(page)?.[1] ?? 0)
}

function rssMiB(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / KIB_PER_MIB
}
