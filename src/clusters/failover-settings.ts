import { TAINT } from '../api/names.ts'
import type { DefaultToleration } from '../policy/no-execute.ts'
import type { BrakeSettings } from './brake.ts'

/** docs/reference/failover.md */
export interface FailoverSettings {
  /**
   * `off`: a NoExecute taint moves nothing. `taint`: it moves what does not tolerate it, whoever set it. `auto`: the operator
   * itself sets one on a cluster that is not Ready.
   */
  readonly mode: 'off' | 'taint' | 'auto'
  /** In mode auto: how long a cluster that is not Ready is tolerated by a placement that does not say. */
  readonly tolerationSeconds: number
  /** Where a policy does not say. */
  readonly purgeMode: 'Directly' | 'Gracefully'
  /** How long an old copy waits for the new one, where a task does not say. */
  readonly gracePeriodSeconds: number
  /** Bindings that leave a cluster a second; 0: none. */
  readonly evictionsPerSecond: number
  readonly brake: BrakeSettings
}

/** What tells an outage that the operator found itself. */
export const OUTAGE_KEYS: readonly string[] = [TAINT.notReady, TAINT.unreachable]

/** In mode auto an outage is tolerated for a while by those who say nothing of it; a taint by others never is. */
export function defaultToleration({ mode, tolerationSeconds }: FailoverSettings): DefaultToleration | undefined {
  return mode === 'auto' ? { keys: OUTAGE_KEYS, seconds: tolerationSeconds } : undefined
}
