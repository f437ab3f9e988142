import { setTimeout as sleep } from 'node:timers/promises'
import type { SupervisedProcess } from '../controlplane/supervisor.ts'

const LOOK_MS = 500

/**
 * Does something that waits for what a program does: once that has ended, nothing of it comes any more.
 *
 * @throws Error with the end of its log, within a second
 */
export async function whileRunning<T>(
  program: Pick<SupervisedProcess, 'whyNotRunning'>,
  work: () => Promise<T>,
): Promise<T> {
  const done = new AbortController()
  try {
    return await Promise.race([work(), ended(program, done.signal)])
  } finally {
    done.abort()
  }
}

/** @throws Error with the end of its log for a program that has ended */
export function expectRunning(program: Pick<SupervisedProcess, 'whyNotRunning'>): void {
  const why = program.whyNotRunning()
  if (why !== undefined) throw new Error(why)
}

async function ended(program: Pick<SupervisedProcess, 'whyNotRunning'>, signal: AbortSignal): Promise<never> {
  for (;;) {
    expectRunning(program)
    await sleep(LOOK_MS, undefined, { signal })
  }
}
