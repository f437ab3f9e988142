import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { parseQuantity, wholeUnits } from '../../src/object/quantity.ts'
import { CHART } from '../chart.ts'

const KIBI = 1024
const MEBI = KIBI * KIBI

const values = parse(readFileSync(join(CHART, 'values.yaml'), 'utf8'))
/** What the chart lets a container have when nobody says more. */
export const LIMIT_BYTES = wholeUnits(parseQuantity(values.resources.limits.memory))

/**
 * Of a container's memory V8 takes half for old objects (Heap::HeapSizeFromPhysicalMemory, on 64 bits). Without a container it would take half of the
 * machine's, and collect so late that what is resident would say nothing of what is needed.
 */
export const CONTAINER_FLAGS: readonly string[] = [`--max-old-space-size=${Math.round(LIMIT_BYTES / 2 / MEBI)}`]

/** @returns the most that a process has had resident so far, in bytes: the kernel counts each page, so no look comes too late. */
export function peakBytes(pid: number): number {
  return peakOf(readFileSync(`/proc/${pid}/status`, 'utf8'))
}

/** @param status the text of `/proc/<pid>/status` @throws Error for one without that line */
export function peakOf(status: string): number {
  const [, kibi] = /^VmHWM:\s+(\d+) kB$/m.exec(status) ?? []
  if (kibi === undefined) throw new Error('the kernel does not say what was resident at most')
  return Number(kibi) * KIBI
}
