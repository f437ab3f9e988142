import type { BindingKind } from '../../api/kinds.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import type { Controller } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'
import type { OwnAnswers } from '../../runtime/own-answers.ts'

/** A Work says something new by its status, by being taken away, or by going. */
export function isReport(change: Change<Work>): boolean {
  if (change.type === 'deleted') return true
  if (change.type === 'added') return change.object.status !== undefined
  return change.object.status !== change.previous.status && change.object.status !== undefined
}

/**
 * A binding is to be elsewhere, scheduling said something, or its Works can be found for the first time. Its status counts as well: somebody
 * else may write it, and a write of ours that was given up may be done after the one that followed.
 */
export function isStatusDue(
  { permanentIdLabel }: Pick<BindingKind, 'permanentIdLabel'>,
  change: Change<Binding>,
  answers: Pick<OwnAnswers<Binding>, 'has'>,
): boolean {
  if (change.type !== 'updated') return true
  if (change.object.status !== change.previous.status && !answers.has(change)) return true
  const [now, before] = [change.object.metadata, change.previous.metadata]
  return (
    now.generation !== before.generation ||
    now.annotations !== before.annotations ||
    now.labels?.[permanentIdLabel] !== before.labels?.[permanentIdLabel]
  )
}

/** Of the time that changes are gathered, what is left where nobody else waits: members that answer together are one write still. */
const ALONE = 0.25

/**
 * How long changes of a status are gathered, in milliseconds. Under load more come meanwhile, and each that is gathered spares a
 * write; where nothing waits, waiting only makes the one that somebody looks at late.
 */
export function gatherFor({ idle }: Pick<Controller, 'idle'>, gatherMs: number): number {
  return idle ? gatherMs * ALONE : gatherMs
}
