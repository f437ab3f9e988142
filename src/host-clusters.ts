import { newFirstLooks } from './clusters/first-looks.ts'
import { type MissingRightsDeps, startMissingRights } from './clusters/missing-rights/controller.ts'
import { type MonitorDeps, startMonitor } from './clusters/monitor/controller.ts'
import { type RegistrationControllerDeps, startRegistration } from './clusters/registration/controller.ts'
import { type StatusControllerDeps, startStatusCollection } from './clusters/status/controller.ts'
import { startTaintPolicies, type TaintPolicyDeps } from './clusters/taint-policy/controller.ts'
import { startTokenRenewal, type TokenRenewalControllerDeps } from './clusters/token-renewal/controller.ts'
import type { Configuration } from './configuration.ts'
import type { MissingRights } from './members/missing-rights.ts'
import { sleep } from './runtime/clock.ts'

/** What the controllers of Clusters need, each some of it. */
export interface ClusterDeps
  extends Omit<RegistrationControllerDeps, 'deletionPollMs'>,
    Omit<StatusControllerDeps, 'config' | 'notesId' | 'onLook'>,
    Omit<MonitorDeps, 'times' | 'onLook'>,
    Omit<MissingRightsDeps, 'rights'>,
    Omit<TokenRenewalControllerDeps, 'members'>,
    Omit<TaintPolicyDeps, 'wasLookedAt'> {
  readonly clusters: TaintPolicyDeps['clusters'] &
    RegistrationControllerDeps['clusters'] &
    StatusControllerDeps['clusters']
  readonly namespaces: RegistrationControllerDeps['namespaces'] & StatusControllerDeps['namespaces']
  readonly host: TaintPolicyDeps['host'] &
    RegistrationControllerDeps['host'] &
    StatusControllerDeps['host'] &
    MonitorDeps['host'] &
    TokenRenewalControllerDeps['host']
  readonly members: RegistrationControllerDeps['members'] & StatusControllerDeps['members']
  readonly rights: MissingRights
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

/** Starts the controllers of member clusters. */
export function startClusters(deps: ClusterDeps): RunningClusters {
  const { settings, clock } = deps
  const looks = newFirstLooks(deps.clusters, clock)
  const taints = startTaintPolicies({ ...deps, wasLookedAt: looks.wasLookedAt })
  const onLook = (cluster: string): void => {
    if (looks.looked(cluster)) taints.enqueue(cluster)
  }
  const registration = startRegistration({ ...deps, deletionPollMs: settings.deletionPollMs })
  const status = startStatusCollection({ ...deps, config: settings, notesId: true, onLook })
  const monitor = startMonitor({ ...deps, times: settings, onLook })
  return {
    known: async signal => {
      await looks.wait(settings.timeoutMs * KNOWN_IN_TIMEOUTS, signal)
      for (let ms = 0; ms < TAINTED_MS && !taints.idle && !signal.aborted; ms += POLL_MS) await sleep(clock, POLL_MS)
    },
    stops: [
      () => registration.stop(),
      status,
      monitor,
      () => taints.stop(),
      startTokenRenewal(deps),
      startMissingRights(deps),
    ],
  }
}
