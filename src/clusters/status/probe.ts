import type { Client } from '../../kube/client.ts'
import { isTransportError } from '../../kube/status-error.ts'
import type { ProbeOutcome } from './health.ts'

export interface ProbeLimits {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

export interface ProbeResult {
  readonly outcome: ProbeOutcome
  /** Why there was no good answer: for people, the condition's message is fixed. */
  readonly cause?: string
}

/**
 * Asks a member for /readyz, or for /healthz where that is not served.
 *
 * @throws only when `signal` aborts.
 * @source spec/behaviour/clusters.md §2 rule 2
 */
export async function probeHealth(client: Pick<Client, 'probe'>, limits: ProbeLimits): Promise<ProbeResult> {
  try {
    const ready = await client.probe('/readyz', limits)
    const { statusCode } = ready.statusCode === 404 ? await client.probe('/healthz', limits) : ready
    const outcome: ProbeOutcome = { type: 'answered', statusCode }
    return statusCode === 200 ? { outcome } : { outcome, cause: `the health endpoint answers ${statusCode}` }
  } catch (error) {
    limits.signal.throwIfAborted()
    if (!isTransportError(error)) throw error
    return { outcome: { type: 'offline' }, cause: error.message }
  }
}
