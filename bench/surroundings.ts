import { cpus, loadavg } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Machine, type ProgramVersions, readMachine, readProgramVersions } from '../e2e/run-facts.ts'
import { round } from './report.ts'

/** Figures without the machine they come from say nothing. */
export interface Surroundings {
  /** ISO 8601, when the measurement began. */
  readonly date: string
  readonly machine: Machine
  readonly versions: ProgramVersions & {
    /** Of the host, where there was one. */
    readonly kubernetes?: string
  }
  readonly load: {
    /** Of the last minute, when the measurement began. */
    readonly average1m: number
    /** Of all cores, by what ran just before the measurement. */
    readonly busyPercent: number
    /** Nothing else to speak of ran on the machine then. */
    readonly quiet: boolean
  }
}

const LOOK_MS = 2_000
const QUIET_PERCENT = 15

/** Looks at the machine for two seconds. */
export async function readSurroundings(): Promise<Surroundings> {
  const date = new Date().toISOString()
  const before = readCpuTimes()
  await sleep(LOOK_MS)
  const busyPercent = busyPercentBetween(before, readCpuTimes())
  return {
    date,
    machine: readMachine(),
    // What the bench itself keeps is no other program.
    versions: readProgramVersions(['src', 'bench/*.ts']),
    load: {
      average1m: round(loadavg()[0] ?? 0),
      busyPercent,
      quiet: busyPercent < QUIET_PERCENT,
    },
  }
}

/** Waits until nothing else runs to speak of, or the limit has passed. */
export async function awaitQuiet(limitMs: number): Promise<void> {
  const latestMs = performance.now() + limitMs
  for (let before = readCpuTimes(); performance.now() < latestMs; ) {
    await sleep(LOOK_MS)
    const after = readCpuTimes()
    if (busyPercentBetween(before, after) < QUIET_PERCENT) return
    before = after
  }
}

/** Milliseconds since the machine started, over all cores. */
export interface CpuTimes {
  readonly busy: number
  readonly idle: number
}

function readCpuTimes(): CpuTimes {
  const times = cpus().map(cpu => cpu.times)
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0)
  return {
    busy: sum(times.map(({ user, nice, sys, irq }) => user + nice + sys + irq)),
    idle: sum(times.map(({ idle }) => idle)),
  }
}

/** @returns how much of all cores was used between two looks, in percent. */
export function busyPercentBetween(before: CpuTimes, after: CpuTimes): number {
  const [busy, idle] = [after.busy - before.busy, after.idle - before.idle]
  return busy + idle === 0 ? 0 : Math.round((busy / (busy + idle)) * 100)
}
