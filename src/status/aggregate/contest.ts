import { deepEqual } from '../../object/deep-equal.ts'
import { isSubset } from '../../object/equality.ts'
import type { JsonObject } from '../../object/kube-object.ts'

/** How often somebody else may write over a status within this time, before it is left to them. */
const MOST_OVERWRITES = 3
/** Where a controller is known to write it, once is enough to know that it does so here. */
const MOST_OF_CONTROLLERS = 1
const WINDOW_MS = 600_000
/** How many writes without an answer are kept of a template: each is a whole status. */
const MOST_UNSURE = 5

interface Record {
  readonly uid: string
  /** What we wrote last; undefined when somebody has undone it since. */
  readonly written: JsonObject | undefined
  /** What we have tried to write since: an answer that is lost may be that of a write that was done. */
  readonly unsure: readonly JsonObject[]
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
  /** Whether a controller of the host is known to write statuses of that kind. */
  readonly isHosts: boolean
}

/**
 * Remembers whose status others write as well, so that nobody fights over it: on a host whose controllers own it, the
 * binding carries the aggregate.
 *
 * @source design.md §3
 */
export class StatusContest {
  readonly #records = new Map<string, Record>()

  /**
   * To be asked when a status is about to be written, and not otherwise: what was written before and is due once more was
   * undone, be it by what somebody keeps adding.
   *
   * @returns whether the status may be written; from the moment it may not, until nobody has written over it for a while.
   */
  mayWrite({ key, uid, current, wanted, nowMs, isHosts }: StatusClaim): boolean {
    const most = isHosts ? MOST_OF_CONTROLLERS : MOST_OVERWRITES
    const before = this.#records.get(key)
    const known = before?.uid === uid ? before : undefined
    const recent = (known?.overwrittenAtMs ?? []).filter(atMs => nowMs - atMs < WINDOW_MS)
    const isUndone = known !== undefined && isWrittenOver(known, current, wanted)
    const overwrittenAtMs = isUndone && recent.length < most ? [...recent, nowMs] : recent
    const mayWrite = overwrittenAtMs.length < most
    const unsure = isUndone || known === undefined ? [] : known.unsure
    this.#records.set(key, {
      ...{ uid, written: isUndone ? undefined : known?.written, overwrittenAtMs },
      unsure: mayWrite ? [...unsure.filter(tried => !deepEqual(tried, wanted)), wanted].slice(-MOST_UNSURE) : unsure,
    })
    return mayWrite
  }

  /** To be told when the status was written: a write that failed is nobody's fight. */
  wrote({ key, uid, wanted }: Pick<StatusClaim, 'key' | 'uid' | 'wanted'>): void {
    const overwrittenAtMs = this.#records.get(key)?.overwrittenAtMs ?? []
    this.#records.set(key, { uid, written: wanted, unsure: [], overwrittenAtMs })
  }

  /** @returns how long a status is left to others if nobody writes it again, in milliseconds; 0 for one that is not. */
  leftForMs(key: string, nowMs: number): number {
    const [oldestMs = -WINDOW_MS] = this.#records.get(key)?.overwrittenAtMs ?? []
    return Math.max(0, oldestMs + WINDOW_MS - nowMs)
  }

  forget(key: string): void {
    this.#records.delete(key)
  }
}

function isWrittenOver({ written, unsure }: Record, current: JsonObject, wanted: JsonObject): boolean {
  if (written === undefined || unsure.some(tried => isSubset(tried, current))) return false
  return !isSubset(written, current) || deepEqual(written, wanted)
}
