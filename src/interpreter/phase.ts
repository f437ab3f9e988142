import { stringAt } from '../object/field.ts'
import type { AggregatedStatusItem } from './kind-interpreter.ts'

export interface PhaseOrder {
  /** The one that stands for all comes first. */
  readonly phases: readonly string[]
  /** The phase of a cluster that reports no status. */
  readonly withoutStatus: string
}

/** @returns the first phase of the order that some cluster is in; undefined when none is in any of them. */
export function worstPhase(items: readonly AggregatedStatusItem[], order: PhaseOrder): string | undefined {
  const reported = new Set(
    items.map(item => (item.status === undefined ? order.withoutStatus : stringAt(item.status, 'phase'))),
  )
  return order.phases.find(phase => reported.has(phase))
}
