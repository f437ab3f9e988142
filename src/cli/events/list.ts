import type { Answered } from '../fleet/on-fleet.ts'
import type { ToldEvent } from '../read-events.ts'

export interface ListedEvent extends ToldEvent {
  readonly cluster: string
}

/**
 * Events of several clusters in the order in which they were told last; at the same time, by cluster.
 *
 * @param only a type: Normal or Warning
 */
export function listedEvents(
  answers: readonly Answered<readonly ToldEvent[]>[],
  only?: string,
): readonly ListedEvent[] {
  return answers
    .flatMap(({ cluster, answer }) => answer.map(event => ({ cluster, ...event })))
    .filter(({ type }) => only === undefined || type === only)
    .toSorted((a, b) => a.atMs - b.atMs)
}
