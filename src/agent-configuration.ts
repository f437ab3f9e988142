import { AGENT_HOST_SECRET } from './api/names.ts'

/** What an agent is told: which cluster it is in, and where it finds the way to the host (docs/reference/flags.md). */
export interface AgentConfiguration {
  /** The name of its Cluster object on the host. */
  readonly clusterName: string
  /** The Secret in its own namespace with address, CA and token of the host. */
  readonly hostSecret: string
  /** What its Lease on the host says of how long it counts, and how often it is renewed. */
  readonly leaseDurationMs: number
  readonly renewPeriodMs: number
}

/** spec/behaviour/clusters.md §2.1 */
export const DEFAULT_AGENT_CONFIGURATION: AgentConfiguration = {
  clusterName: '',
  hostSecret: AGENT_HOST_SECRET,
  leaseDurationMs: 40_000,
  renewPeriodMs: 10_000,
}

const milliseconds = { type: 'integer', minimum: 100, maximum: 86_400_000 } as const

export const AGENT_CONFIGURATION_SCHEMA = {
  type: 'object',
  additionalProperties: false,
  required: ['clusterName', 'hostSecret', 'leaseDurationMs', 'renewPeriodMs'],
  properties: {
    clusterName: { type: 'string', pattern: '^([a-z0-9]([-a-z0-9]{0,46}[a-z0-9])?)?$' },
    hostSecret: { type: 'string', minLength: 1, maxLength: 253 },
    leaseDurationMs: { ...milliseconds, minimum: 1_000 },
    renewPeriodMs: milliseconds,
  },
} as const

/** @throws RangeError when an agent could not tell who it is, or would be taken for dead. */
export function checkAgent(mode: string, { clusterName, leaseDurationMs, renewPeriodMs }: AgentConfiguration): void {
  if (mode !== 'agent') return
  if (clusterName === '') {
    throw new RangeError('The configuration is not valid: mode agent needs agent.clusterName, the name of its Cluster')
  }
  if (leaseDurationMs <= renewPeriodMs) {
    throw new RangeError('The configuration is not valid: agent needs leaseDurationMs > renewPeriodMs')
  }
}
