import type { JSONSchemaType } from 'ajv'
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

export const DEFAULT_FAILOVER: FailoverSettings = {
  mode: 'taint',
  tolerationSeconds: 300,
  purgeMode: 'Gracefully',
  gracePeriodSeconds: 600,
  evictionsPerSecond: 100,
  brake: { clusterShare: 0.5, replicaShare: 0.5, minClusters: 2, windowSeconds: 600 },
}

const seconds = { type: 'integer', minimum: 0, maximum: 86_400 } as const
const share = { type: 'number', minimum: 0, maximum: 1 } as const

/** What the configuration may say of it. */
export const FAILOVER_SCHEMA: JSONSchemaType<FailoverSettings> = {
  type: 'object',
  additionalProperties: false,
  required: ['mode', 'tolerationSeconds', 'purgeMode', 'gracePeriodSeconds', 'evictionsPerSecond', 'brake'],
  properties: {
    mode: { type: 'string', enum: ['off', 'taint', 'auto'] },
    tolerationSeconds: seconds,
    purgeMode: { type: 'string', enum: ['Directly', 'Gracefully'] },
    gracePeriodSeconds: seconds,
    evictionsPerSecond: { type: 'number', minimum: 0 },
    brake: {
      type: 'object',
      additionalProperties: false,
      required: ['clusterShare', 'replicaShare', 'minClusters', 'windowSeconds'],
      properties: {
        clusterShare: share,
        replicaShare: share,
        minClusters: { type: 'integer', minimum: 1, maximum: 1024 },
        windowSeconds: seconds,
      },
    },
  },
}

/** What tells an outage that the operator found itself. */
export const OUTAGE_KEYS: readonly string[] = [TAINT.notReady, TAINT.unreachable]

/** In mode auto an outage is tolerated for a while by those who say nothing of it; a taint by others never is. */
export function defaultToleration({ mode, tolerationSeconds }: FailoverSettings): DefaultToleration | undefined {
  return mode === 'auto' ? { keys: OUTAGE_KEYS, seconds: tolerationSeconds } : undefined
}
