import type { Work } from '../../object/karmada-objects.ts'
import type { Controller } from '../../runtime/controller.ts'
import type { Change } from '../../runtime/informer.ts'

/** A Work says something new by its status, by being taken away, or by going. */
export function isReport(change: Change<Work>): boolean {
  if (change.type === 'deleted') return true
  if (change.type === 'added') return change.object.status !== undefined
  return change.object.status !== change.previous.status && change.object.status !== undefined
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
