import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { identify, isRunning, type ProcessIdentity } from './process-identity.ts'

const POLL_MS = 250

export interface LockOptions {
  /** Told once when another live process holds the lock. */
  readonly onWait?: (holder: ProcessIdentity) => void
}

/**
 * Runs `work` while no other process holds the lock file. A lock whose process is dead is taken over; should two
 * processes take over the same one in the same instant, both work: what is done under it must bear that (builds end
 * in a rename).
 */
export async function withLock<T>(path: string, work: () => Promise<T>, { onWait }: LockOptions = {}): Promise<T> {
  mkdirSync(dirname(path), { recursive: true })
  let told = false
  while (!tryLock(path)) {
    const holder = readHolder(path)
    if (holder !== undefined && !isRunning(holder)) rmSync(path, { force: true })
    else {
      if (holder !== undefined && !told) onWait?.(holder)
      told ||= holder !== undefined
      await sleep(POLL_MS)
    }
  }
  try {
    return await work()
  } finally {
    rmSync(path, { force: true })
  }
}

function tryLock(path: string): boolean {
  try {
    writeFileSync(path, JSON.stringify(identify(process.pid)), { flag: 'wx' })
    return true
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false
    throw error
  }
}

/** @returns the holder; undefined when the lock went away or is just being written. */
function readHolder(path: string): ProcessIdentity | undefined {
  try {
    const holder: unknown = JSON.parse(readFileSync(path, 'utf8'))
    if (typeof holder !== 'object' || holder === null || !('pid' in holder)) return undefined
    const startTicks = 'startTicks' in holder ? Number(holder.startTicks) : undefined
    return { pid: Number(holder.pid), startTicks }
  } catch {
    return undefined
  }
}

/** Not `instanceof Error`: in a test's own realm, the errors of Node's modules are of another class. */
function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined
}
