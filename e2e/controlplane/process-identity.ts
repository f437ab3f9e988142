import { readFileSync } from 'node:fs'

/** Names one process for ever: a pid alone may belong to another process later. */
export interface ProcessIdentity {
  readonly pid: number
  /** Start time in clock ticks since boot; undefined where there is no /proc. */
  readonly startTicks: number | undefined
}

/** Linux always reports these times in hundredths of a second, whatever the kernel's own tick is. */
const TICKS_PER_SECOND = 100
const PAGE_BYTES = 4096

/** @returns the identity of a running process. */
export function identify(pid: number): ProcessIdentity {
  return { pid, startTicks: readStat(pid)?.startTicks }
}

/** @returns whether that very process still runs; a zombie does not. */
export function isRunning({ pid, startTicks }: ProcessIdentity): boolean {
  if (process.platform !== 'linux') return answersSignals(pid)
  const stat = readStat(pid)
  return stat !== undefined && !isZombie(stat) && (startTicks === undefined || stat.startTicks === startTicks)
}

/** While other threads are still ending, the first one is a zombie already, but the process still holds its ports. */
function isZombie({ state, threads }: Stat): boolean {
  return state === 'Z' && threads <= 1
}

/** Signals the process and its group; a process that is gone is no error. */
export function signalGroup(identity: ProcessIdentity, signal: NodeJS.Signals): void {
  if (!isRunning(identity)) return
  try {
    process.kill(-identity.pid, signal)
  } catch {
    // It ended between the look and the signal.
  }
}

/** @returns CPU time used so far, user and system, in seconds. @throws when the process is gone or there is no /proc. */
export function cpuSeconds({ pid }: ProcessIdentity): number {
  return statOf(pid).cpuTicks / TICKS_PER_SECOND
}

/** @returns resident memory in bytes. @throws when the process is gone or there is no /proc. */
export function rssBytes({ pid }: ProcessIdentity): number {
  return statOf(pid).rssPages * PAGE_BYTES
}

interface Stat {
  readonly state: string
  readonly cpuTicks: number
  readonly threads: number
  readonly startTicks: number
  readonly rssPages: number
}

/** @returns the fields of a line of `/proc/<pid>/stat`; the command in parentheses may itself hold spaces and ')'. */
export function parseStat(line: string): Stat {
  const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
  const number = (field: number): number => Number(fields[field - 3])
  return {
    state: fields[0] ?? '',
    cpuTicks: number(14) + number(15),
    threads: number(20),
    startTicks: number(22),
    rssPages: number(24),
  }
}

function readStat(pid: number): Stat | undefined {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return undefined
  }
}

function statOf(pid: number): Stat {
  const stat = readStat(pid)
  if (stat === undefined) throw new Error(`process ${pid} is gone, or this system has no /proc`)
  return stat
}

function answersSignals(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
