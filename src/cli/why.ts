import type { Client } from '../kube/client.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { Clock } from '../runtime/clock.ts'
import { toldDocument } from './read-events.ts'
import { resolveSubject } from './subject.ts'
import { type Diagnosis, diagnose } from './why/diagnose.ts'
import { observe } from './why/observe.ts'
import { nameOf } from './why/policies.ts'
import { printDiagnosis } from './why/print.ts'

export interface WhyDeps {
  readonly client: Pick<Client, 'name' | 'get' | 'list' | 'request' | 'readDocument'>
  readonly clock: Clock
  readonly write: (text: string) => void
}

export interface WhyOptions {
  /** `KIND/NAME`, or the two of them. */
  readonly words: readonly string[]
  readonly namespace: string
  /** Where the operator's Lease is. */
  readonly lease: ObjectKey
  readonly output: 'text' | 'json'
}

/**
 * Says in words why a template is where it is, and not elsewhere. Only the host is read.
 *
 * @returns the exit code: 0 when nothing is wrong, else 1.
 * @throws CommandError for a call that names nothing; StatusError, TransportError when the host cannot be asked.
 */
export async function why(deps: WhyDeps, options: WhyOptions, signal: AbortSignal): Promise<number> {
  const subject = await resolveSubject(deps.client, options, signal)
  const observed = await observe(deps, { ...subject, lease: options.lease }, signal)
  const diagnosis = diagnose(observed)
  const { nowMs } = observed
  deps.write(
    options.output === 'json'
      ? `${JSON.stringify(documentOf(diagnosis), undefined, 2)}\n`
      : printDiagnosis(diagnosis, nowMs),
  )
  return diagnosis.headline.code === 'AllWell' ? 0 : 1
}

/** What `-o json` prints. */
function documentOf({ subject, headline, findings, choice, decision, members, lastWarning }: Diagnosis): object {
  const policies = (choice?.candidates ?? []).map(candidate => ({
    policy: nameOf(candidate),
    claims: candidate.claims,
    ...(candidate.why !== '' && { why: candidate.why }),
  }))
  return {
    subject,
    headline,
    findings,
    policies,
    misses: choice?.misses ?? [],
    decision,
    members,
    lastWarning: lastWarning && toldDocument(lastWarning),
  }
}
