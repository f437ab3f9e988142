import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Fleet } from '../controlplane/fleet.ts'
import { renderKubeconfig } from '../controlplane/kubeconfig.ts'
import { type RunningOperator, startOperator } from '../operator.ts'
import type { Way } from './fronts.ts'

/** How soon an operator is started again that has ended. */
const KUBELET_MS = 300

export interface SoakOperator {
  readonly name: string
  readonly running: RunningOperator
  /** To the host: the others have their own. */
  readonly way: Way
  /** How often it ended by itself. */
  readonly revivals: number
  /** SIGTERM; it stays away until `start` or `replace`. @throws when it has not ended after 10 s, and had to be killed. */
  end(): Promise<void>
  /** SIGKILL; it stays away until `start` or `replace`. One that ends for any other reason is started again, as a kubelet does. */
  kill(): Promise<void>
  /** The next process of the same Pod. */
  start(): void
  /** The first process of another Pod. */
  replace(): void
  /** Moves its wall clock to so many milliseconds after the machine's. */
  shiftClock(byMs: number): void
}

export interface OperatorPlace {
  readonly name: string
  readonly way: Way
  /** The folder of its log. */
  readonly logs: string
  readonly bundle?: string
}

/** Starts one of several operators; it is ready. */
export async function startSoakOperator(
  fleet: Fleet,
  { name, way, logs, ...program }: OperatorPlace,
): Promise<SoakOperator> {
  const kubeconfigPath = join(logs, `${name}.kubeconfig`)
  writeFileSync(kubeconfigPath, renderKubeconfig('host', way.endpoint))
  const clockFile = join(logs, `${name}.clock`)
  const shiftClock = (byMs: number): void => writeFileSync(clockFile, String(byMs))
  shiftClock(0)
  let isAway = false
  const running = await startOperator(fleet, {
    ...{ name, kubeconfigPath, ...program, install: false, logFile: join(logs, `${name}.log`) },
    nodeFlags: ['--import', new URL('./shifted-clock.mjs', import.meta.url).href],
    env: { SOAK_CLOCK_FILE: clockFile },
  })
  let revivals = 0
  const revive = (): void => {
    if (isAway || running.process.running) return
    revivals++
    running.revive()
  }
  setInterval(revive, KUBELET_MS).unref()
  return {
    ...{ name, running, way, shiftClock },
    get revivals() {
      return revivals
    },
    end: async () => {
      isAway = true
      const how = await running.process.end()
      if (how === 'killed') throw new Error(`${name} did not end in order: it had to be killed`)
    },
    kill: () => {
      isAway = true
      return running.process.kill()
    },
    start: () => {
      isAway = false
      running.revive()
    },
    replace: () => {
      isAway = false
      running.replace()
    },
  }
}
