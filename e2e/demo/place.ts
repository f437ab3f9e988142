import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { withLock } from '../controlplane/lock.ts'
import type { Reporter } from '../controlplane/progress.ts'

/** The project's folder. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** Everything the demo keeps: data, keys, kubeconfigs and logs. */
export const STATE_DIR = join(ROOT, '.demo')
export const OPERATOR_LOG = join(STATE_DIR, 'operator.log')

/** Outside of STATE_DIR, which a start empties. */
const LOCK = join(ROOT, 'node_modules', '.cache', 'demo.lock')

/** @returns a path as one types it in the project's folder. */
export function fromRoot(path: string): string {
  return relative(ROOT, path)
}

/** Runs `work` while no other demo or demo-down of this folder runs. */
export function alone<T>(work: () => Promise<T>, reporter: Reporter): Promise<T> {
  const onWait = ({ pid }: { readonly pid: number }): void =>
    reporter.line(`another demo or demo-down is at work here (process ${pid}); waiting for its end`)
  return withLock(LOCK, work, { onWait })
}
