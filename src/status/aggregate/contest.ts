import { isSubset } from '../../object/equality.ts'
import type { JsonObject } from '../../object/kube-object.ts'

/** How often somebody else may write over a status within this time, before it is left to them. */
const MOST_OVERWRITES = 3
const WINDOW_MS = 600_000

interface Record {
  readonly uid: string
  /** What we wrote last. */
  readonly written: JsonObject
  readonly overwrittenAtMs: readonly number[]
}

/** One template whose status is about to be written. */
export interface StatusClaim {
  /** Under which it is forgotten. */
  readonly key: string
  readonly uid: string
  /** As it is observed. */
  readonly current: JsonObject
  readonly wanted: JsonObject
  readonly nowMs: number
}

/**
 * Remembers whose status others write as well, so that nobody fights over it: on a host whose controllers own it, the
 * binding carries the aggregate.
 *
 * @source design.md §3
 */
export class StatusContest {
  readonly #records = new Map<string, Record>()

  /** @returns whether the status may be written; from the moment it may not, until nobody has written over it for a while. */
  mayWrite({ key, uid, current, wanted, nowMs }: StatusClaim): boolean {
    const before = this.#records.get(key)
    const known = before?.uid === uid ? before : undefined
    const recent = (known?.overwrittenAtMs ?? []).filter(atMs => nowMs - atMs < WINDOW_MS)
    const isOverwritten = known !== undefined && recent.length < MOST_OVERWRITES && !isSubset(known.written, current)
    const overwrittenAtMs = isOverwritten ? [...recent, nowMs] : recent
    this.#records.set(key, { uid, written: wanted, overwrittenAtMs })
    return overwrittenAtMs.length < MOST_OVERWRITES
  }

  forget(key: string): void {
    this.#records.delete(key)
  }
}
