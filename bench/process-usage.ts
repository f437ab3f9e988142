import { readFileSync } from 'node:fs'
import { cpuSeconds, identify } from '../e2e/controlplane/process-identity.ts'

/** What the processes of an implementation use, all together. */
export interface ProcessUsage {
  /** User and system time since they started. */
  readonly cpuSeconds: number
  /** Sum of each one's largest resident memory so far. */
  readonly peakRssMiB: number
  /** Sum of what each one has resident now. */
  readonly rssMiB: number
}

const KIB_PER_MIB = 1024

/** @throws when one of them is gone, or there is no /proc. */
export function readUsage(pids: readonly number[]): ProcessUsage {
  const pages = pids.map(pid => readFileSync(`/proc/${pid}/status`, 'utf8'))
  return {
    cpuSeconds: sum(pids.map(pid => cpuSeconds(identify(pid)))),
    peakRssMiB: sum(pages.map(page => parseKib(page, 'VmHWM'))) / KIB_PER_MIB,
    rssMiB: sum(pages.map(page => parseKib(page, 'VmRSS'))) / KIB_PER_MIB,
  }
}

/** @returns an amount of a `/proc/<pid>/status` page, in KiB. */
export function parseKib(page: string, field: 'VmHWM' | 'VmRSS'): number {
  const [, kib] = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(page) ?? []
  if (kib === undefined) throw new Error(`no ${field} in the status of the process`)
  return Number(kib)
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
