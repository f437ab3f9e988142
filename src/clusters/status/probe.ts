import { NAMESPACE } from '../../api/kinds.ts'
import { isForbidden, isTransportError, isUnauthorized, StatusError } from '../../kube/status-error.ts'
import type { Candidate } from '../../members/member.ts'
import { CONNECTED, type Diagnosis, diagnoseError, diagnoseHealth, diagnoseWebPage } from './diagnosis.ts'
import type { ProbeOutcome } from './health.ts'

export interface ProbeLimits {
  readonly signal: AbortSignal
  readonly timeoutMs: number
}

export interface ProbeResult {
  readonly outcome: ProbeOutcome
  readonly diagnosis: Diagnosis
}

/** What a member says is untrusted; a UID has 36. */
const MAX_UID_LENGTH = 128

/**
 * Asks a member for /readyz, or for /healthz where that is not served.
 *
 * @throws only when `signal` aborts.
 * @source spec/behaviour/clusters.md §2 rule 2
 */
export async function probeHealth(
  client: Pick<Candidate['client'], 'probe'>,
  limits: ProbeLimits,
): Promise<ProbeResult> {
  try {
    const ready = await client.probe('/readyz', limits)
    if (ready.statusCode !== 404) return judge('/readyz', ready)
    return judge('/healthz', await client.probe('/healthz', limits))
  } catch (error) {
    limits.signal.throwIfAborted()
    return { outcome: { type: 'offline' }, diagnosis: diagnoseError(error) }
  }
}

function judge(path: string, answer: Awaited<ReturnType<Candidate['client']['probe']>>): ProbeResult {
  const { statusCode, contentType } = answer
  if (contentType.startsWith('text/html') && statusCode < 500) {
    return { outcome: { type: 'offline' }, diagnosis: diagnoseWebPage(path, statusCode) }
  }
  const diagnosis = statusCode === 200 ? CONNECTED : diagnoseHealth(path, answer)
  return { outcome: { type: 'answered', statusCode }, diagnosis }
}

/** Whose apiserver it is, or why that cannot be told. */
export type Identity = { readonly id: string } | (ProbeResult & { readonly id: undefined })

/**
 * Reads what tells a member from every other, whatever it is called: the UID of its kube-system namespace. It is the
 * first word of the Kubernetes API itself, so it also finds out servers that only look healthy.
 *
 * @param known what was read before: a server that fails for a moment keeps it.
 * @throws only when `signal` aborts.
 */
export async function readIdentity(
  client: Pick<Candidate['client'], 'get'>,
  known: string | undefined,
  limits: ProbeLimits,
): Promise<Identity> {
  try {
    const { metadata } = await client.get(NAMESPACE, { namespace: '', name: 'kube-system' }, limits)
    const { uid = '' } = metadata
    if (uid !== '' && uid.length <= MAX_UID_LENGTH) return { id: uid }
    const diagnosis = diagnoseError(
      new StatusError({ code: 404, reason: 'NotFound', message: 'kube-system has no UID' }),
    )
    return { id: undefined, outcome: { type: 'offline' }, diagnosis }
  } catch (error) {
    limits.signal.throwIfAborted()
    const diagnosis = diagnoseError(error)
    if (known !== undefined && !isFinal(error)) return { id: known }
    return { id: undefined, outcome: { type: isForbidden(error) ? 'denied' : 'offline' }, diagnosis }
  }
}

/** The same request will get the same answer. */
function isFinal(error: unknown): boolean {
  if (isTransportError(error)) return error.kind === 'not-kubernetes' || error.kind === 'redirect'
  return isUnauthorized(error) || isForbidden(error) || (error instanceof StatusError && error.code === 404)
}
