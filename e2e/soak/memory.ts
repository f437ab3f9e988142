import { sumOf } from '../bad-input/figures.ts'
import { waitFor } from '../controlplane/wait.ts'
import type { SoakFleet } from './soak-fleet.ts'
import type { SoakOperator } from './soak-operator.ts'

const MIB = 1024 * 1024
const HEAP_BYTES = /^nodejs_heap_size_used_bytes (\S+)$/gm
const PATIENCE_MS = 60_000
const ANSWER_MS = 5_000
/** Below so many seeds a heap has not come to what it ordinarily is. */
const FEWEST_SEEDS = 4
const HEADROOM_MIB = 64

/** What an operator holds; what is garbage by now is among it. */
export interface Memory {
  readonly heapMiB: number
  readonly rssMiB: number
}

/** By the names of operators. */
export type Memories = Readonly<Record<string, Memory>>

/** @returns what each operator holds now. One that is just starting is waited for, up to a minute. */
export async function readMemory({ operators }: SoakFleet): Promise<Memories> {
  const entries = operators.map(async operator => {
    const until = `${operator.name} tells what it holds`
    const memory = await waitFor(() => memoryOf(operator), { until, timeoutMs: PATIENCE_MS })
    return [operator.name, memory] as const
  })
  return Object.fromEntries(await Promise.all(entries))
}

async function memoryOf({ running }: SoakOperator): Promise<Memory> {
  const page = await (await fetch(running.metricsUrl, { signal: AbortSignal.timeout(ANSWER_MS) })).text()
  return { heapMiB: toMiB(sumOf(page, HEAP_BYTES)), rssMiB: toMiB(running.process.rssBytes()) }
}

/** @param samples one for each seed. @returns operators whose heap is more than twice what it was, and 64 MiB. */
export function heapGrowth(samples: readonly Memories[]): readonly string[] {
  const [first, last] = [samples[0], samples.at(-1)]
  if (first === undefined || last === undefined || samples.length < FEWEST_SEEDS) return []
  return Object.entries(last).flatMap(([name, { heapMiB }]) => {
    const began = first[name]?.heapMiB ?? 0
    return heapMiB > 2 * began + HEADROOM_MIB ? [`the heap of ${name} has grown from ${began} to ${heapMiB} MiB`] : []
  })
}

function toMiB(bytes: number): number {
  return Math.round((bytes / MIB) * 10) / 10
}
