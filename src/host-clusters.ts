import { newFirstLooks } from './clusters/first-looks.ts'
import type { Looks } from './clusters/looks.ts'
import { type MonitorDeps, startMonitor } from './clusters/monitor/controller.ts'
import { type RegistrationControllerDeps, startRegistration } from './clusters/registration/controller.ts'
import { startTaintPolicies, type TaintPolicyDeps } from './clusters/taint-policy/controller.ts'
import type { Configuration } from './configuration.ts'
import { sleep } from './runtime/clock.ts'

/** What the leader's controllers of Clusters need, each some of it. */
export interface ClusterDeps
  extends Omit<RegistrationControllerDeps, 'deletionPollMs'>,
    Omit<MonitorDeps, 'times' | 'onLook'>,
    Omit<TaintPolicyDeps, 'wasLookedAt'> {
  readonly clusters: TaintPolicyDeps['clusters'] & RegistrationControllerDeps['clusters']
  readonly host: TaintPolicyDeps['host'] & RegistrationControllerDeps['host'] & MonitorDeps['host']
  /** At members in Push mode. */
  readonly looks: Looks
  readonly settings: Configuration['clusters']
}

/** The running controllers of member clusters. */
export interface RunningClusters {
  /** Resolves when what Clusters say is not from before our time any more; soon in any case, and when `signal` aborts. */
  known(signal: AbortSignal): Promise<void>
  /** What ends each. */
  readonly stops: readonly (() => Promise<void>)[]
}

/** Two requests that are not answered, and a moment. */
const KNOWN_IN_TIMEOUTS = 2.5
/** For the taints that follow from what was seen. */
const TAINTED_MS = 1000
const POLL_MS = 20

/** Starts what the leader does about member clusters. */
export function startClusters(deps: ClusterDeps): RunningClusters {
  const { settings, clock } = deps
  const looks = newFirstLooks(deps.clusters, clock)
  const taints = startTaintPolicies({ ...deps, wasLookedAt: looks.wasLookedAt })
  const onLook = (cluster: string): void => {
    if (looks.looked(cluster)) taints.enqueue(cluster)
  }
  const registration = startRegistration({ ...deps, deletionPollMs: settings.deletionPollMs })
  const forget = deps.looks.addHandler(onLook)
  const monitor = startMonitor({ ...deps, times: settings, onLook })
  return {
    known: async signal => {
      await looks.wait(settings.timeoutMs * KNOWN_IN_TIMEOUTS, signal)
      for (let ms = 0; ms < TAINTED_MS && !taints.idle && !signal.aborted; ms += POLL_MS) await sleep(clock, POLL_MS)
    },
    stops: [() => registration.stop(), async () => forget(), monitor, () => taints.stop()],
  }
}
