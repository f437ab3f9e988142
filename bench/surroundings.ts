import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, release, totalmem, type } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { round } from './report.ts'

/** Figures without the machine they come from say nothing. */
export interface Surroundings {
  /** ISO 8601, when the measurement began. */
  readonly date: string
  readonly machine: {
    readonly cpu: string
    readonly cores: number
    readonly memoryGiB: number
    readonly kernel: string
  }
  readonly versions: {
    readonly flotilla: string
    /** Of git, with a + where files differ from it; absent where there is no git. */
    readonly commit?: string
    readonly node: string
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
export async function readSurroundings(root: string): Promise<Surroundings> {
  const date = new Date().toISOString()
  const before = readCpuTimes()
  await sleep(LOOK_MS)
  const busyPercent = busyPercentBetween(before, readCpuTimes())
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const commit = readCommit(root)
  return {
    date,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      memoryGiB: round(totalmem() / 2 ** 30),
      kernel: `${type()} ${release()}`,
    },
    versions: { flotilla: version, ...(commit !== undefined && { commit }), node: process.versions.node },
    load: {
      average1m: round(loadavg()[0] ?? 0),
      busyPercent,
      quiet: busyPercent < QUIET_PERCENT,
    },
  }
}

function readCommit(root: string): string | undefined {
  const git = (...words: readonly string[]): string =>
    execFileSync('git', ['-C', root, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    // What the bench itself keeps is no other program.
    const changed = git('status', '--porcelain', '--untracked-files=no', '--', 'src', 'bench/*.ts', 'package-lock.json')
    return `${git('rev-parse', '--short=10', 'HEAD')}${changed === '' ? '' : '+'}`
  } catch {
    return undefined
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
