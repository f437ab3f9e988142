import type { Logger } from '../runtime/logger.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { assessHost, type HostAssessment } from './host-kind.ts'
import { type HostFactDeps, readHostFacts } from './read-host-facts.ts'

/**
 * Tells what kind of host this is, and logs it with its reasons and what follows.
 *
 * @throws ReconcileError KarmadaRuns (backoff) where another control plane of the same API is at work, with what to do;
 *   StatusError and TransportError as the client.
 * @source spec/behaviour/host-vs-dedicated.md §5
 */
export async function recogniseHost(
  deps: HostFactDeps & { readonly log: Logger },
  signal: AbortSignal,
): Promise<HostAssessment> {
  const facts = await readHostFacts(deps, signal)
  const assessment = assessHost(facts)
  const { kind, reasons, consequences } = assessment
  if (kind === 'karmada') {
    throw new ReconcileError('KarmadaRuns', [...reasons, ...consequences].join(' '), { retry: 'backoff' })
  }
  deps.log.info('this is the host', { kind, version: facts.version, reasons, consequences })
  return assessment
}
