import { formatAge } from '../table.ts'
import { subjectName } from './find-policy.ts'
import type { Finding, Observed } from './observed.ts'

/** Whether anybody is there who would act. */
export function findOperator({ operator, lease, nowMs }: Observed): readonly Finding[] {
  if ('unread' in operator) {
    const message = `Whether the operator runs, your rights do not tell: ${operator.unread}.`
    return [{ level: 'note', code: 'OperatorUnknown', message }]
  }
  if (operator.found?.live === true) return []
  const held = operator.found
  const message =
    held === undefined
      ? `The operator does not run: nobody holds the Lease ${lease}.`
      : `The operator does not run: ${held.holder} renewed the Lease ${lease} for the last time ${formatAge(held.renewTime, nowMs)} ago.`
  const remedy = `Look at its Pods and their log: kubectl get pods -n ${lease.split('/')[0]}; then: flotilla doctor.`
  return [{ level: 'cause', code: 'OperatorNotRunning', message, remedy }]
}

/** Whether the object is there at all. */
export function findTemplate({ template, subject }: Observed): readonly Finding[] {
  const what = subjectName(subject)
  if ('unread' in template) {
    return [{ level: 'cause', code: 'NotRead', message: `You may not read ${what}: ${template.unread}.` }]
  }
  if (template.found === undefined) {
    const message = `There is no ${what} on the host.`
    const remedy = 'Look for a slip in kind, name or namespace (-n), or at another context.'
    return [{ level: 'cause', code: 'NotFound', message, remedy }]
  }
  const { deletionTimestamp, finalizers = [] } = template.found.metadata
  if (deletionTimestamp === undefined) return []
  const waits = finalizers.join(', ') || 'nothing any more'
  const message = `${what} is being deleted since ${deletionTimestamp}, and waits for: ${waits}.`
  return [{ level: 'wait', code: 'Deleting', message }]
}
