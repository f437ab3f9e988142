import { OPERATOR_LEASE } from './api/names.ts'

export interface LeaderElectionConfiguration {
  readonly enabled: boolean
  readonly leaseName: string
  readonly leaseDurationMs: number
  readonly renewDeadlineMs: number
  readonly retryPeriodMs: number
}

/** docs/reference/replicas.md */
export interface SharingConfiguration {
  /** Every replica executes for some of the members. Off: the leader does for all, and the others stand by. */
  readonly enabled: boolean
}

export const DEFAULT_LEADER_ELECTION: LeaderElectionConfiguration = {
  enabled: true,
  leaseName: OPERATOR_LEASE,
  leaseDurationMs: 15_000,
  renewDeadlineMs: 10_000,
  retryPeriodMs: 2_000,
}

const milliseconds = { type: 'integer', maximum: 86_400_000 } as const

export const LEADER_ELECTION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['enabled', 'leaseName', 'leaseDurationMs', 'renewDeadlineMs', 'retryPeriodMs'],
  properties: {
    enabled: { type: 'boolean' },
    leaseName: { type: 'string', minLength: 1, maxLength: 253 },
    leaseDurationMs: { ...milliseconds, minimum: 1_000 },
    renewDeadlineMs: { ...milliseconds, minimum: 500 },
    retryPeriodMs: { ...milliseconds, minimum: 100 },
  },
} as const

export const SHARING_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['enabled'],
  properties: { enabled: { type: 'boolean' } },
} as const

/** @throws RangeError for times and switches by which two processes would write at once. */
export function checkElection(
  { enabled, leaseDurationMs, renewDeadlineMs, retryPeriodMs }: LeaderElectionConfiguration,
  sharing: SharingConfiguration,
): void {
  if (sharing.enabled && !enabled)
    throw new RangeError('The configuration is not valid: sharing.enabled needs leaderElection.enabled')
  if (leaseDurationMs > renewDeadlineMs && renewDeadlineMs > retryPeriodMs) return
  throw new RangeError(
    'The configuration is not valid: leaderElection needs leaseDurationMs > renewDeadlineMs > retryPeriodMs, or two operators would work at once',
  )
}
