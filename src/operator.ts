import { ANNOTATION } from './api/names.ts'
import { type Manager, type ManagerDeps, startManager } from './manager.ts'
import { newReplica, type Replica } from './replica.ts'
import { newControllers } from './runtime/controller.ts'
import { newEventRecorder, type RecorderMetrics } from './runtime/event-recorder.ts'
import type { ProcessIdentity } from './runtime/process-identity.ts'
import type { ShareMetrics } from './runtime/share-metrics.ts'
import { awaitNoReplicas } from './shards/former-replicas.ts'
import { newSharing } from './sharing.ts'

export interface OperatorDeps extends Omit<ManagerDeps, 'replica' | 'recorder' | 'newController'> {
  readonly metrics: ManagerDeps['metrics'] & RecorderMetrics & ShareMetrics
  readonly who: ProcessIdentity
  readonly leads: () => boolean
  /** Throws once this process may no longer act as the leader. */
  readonly fence: () => void
  /** Others may have taken over: this process is to end. */
  readonly onLost: (reason: string) => void
}

/** A process of the operator: what it does in any case, and what it does when it leads. */
export interface OperatorProcess {
  /** Begins what it does in any case: with `sharing.enabled` it executes for some of the members. @throws the signal's reason. */
  join(signal: AbortSignal): Promise<void>
  /** Why it has not joined. */
  unready(): string | undefined
  /** Whether it leads, but waits as a standby does: for others to end that share members. */
  isStandingBy(): boolean
  /** What is to stand on the Lease of the leader while it leads. */
  notes(): Readonly<Record<string, string>>
  /** Starts what only the leader does, and what else there is to do where members are not shared. @throws as the manager. */
  lead(signal: AbortSignal): Promise<Manager>
  /** Ends all of it; once, however often it is called. */
  stop(): Promise<void>
}

export function newOperatorProcess(deps: OperatorDeps): OperatorProcess {
  const { host: client, clock, log, metrics, configuration, leads } = deps
  const recorder = newEventRecorder({ client, clock, log, metrics }, { instance: deps.who.identity })
  const leadersRecorder = { event: (...told: Parameters<typeof recorder.event>) => leads() && recorder.event(...told) }
  const shared = { ...deps, recorder, leadersRecorder, newController: newControllers({ clock, log, metrics }) }
  const sharing = configuration.sharing.enabled ? newSharing(shared) : undefined
  let alone: Replica | undefined
  let isRetry = false
  let isStandingBy = false
  let manager: Manager | undefined
  const beginAlone = (): Replica => {
    alone = newReplica({ ...shared, share: { owns: () => true } })
    return alone
  }
  const end = async (): Promise<void> => {
    await Promise.all([manager?.stop(), alone?.stop(), sharing?.stop()])
    await recorder.stop()
  }
  let ended: Promise<void> | undefined
  return {
    join: async signal => sharing?.join(signal),
    unready: () => sharing?.unready(),
    isStandingBy: () => isStandingBy,
    notes: () => (sharing === undefined ? {} : { [ANNOTATION.sharer]: deps.who.identity }),
    lead: async signal => {
      if (sharing === undefined) {
        try {
          await awaitNoReplicas({ ...deps, onWaiting: () => (isStandingBy = true) }, signal)
        } finally {
          isStandingBy = false
        }
      }
      try {
        manager = await startManager({ ...shared, isRetry, replica: sharing?.begin ?? beginAlone }, signal)
        return manager
      } catch (error) {
        await alone?.stop()
        alone = undefined
        isRetry = true
        throw error
      }
    },
    stop: () => {
      ended ??= end()
      return ended
    },
  }
}
