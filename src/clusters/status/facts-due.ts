/** When the version and the APIs of a member were last read. */
export interface FactsRead {
  /** Monotonic, in milliseconds. */
  readonly atMs: number
  /** Everything could be read. */
  readonly complete: boolean
}

export interface FactsDueInput {
  /** undefined: not yet, or something has happened since that may have changed them. */
  readonly read: FactsRead | undefined
  readonly nowMs: number
  /** Between two looks, in milliseconds. */
  readonly intervalMs: number
  /** The member's own definitions are watched, and tell of a change. */
  readonly isWatched: boolean
}

/** Of so many looks one reads them although nothing has told of a change: aggregated APIs come and go without a definition. */
const LOOKS = 6

/** Whether a look reads the version and the APIs of a member, which are three requests of five. */
export function areFactsDue({ read, nowMs, intervalMs, isWatched }: FactsDueInput): boolean {
  if (read === undefined || !read.complete || !isWatched) return true
  // Looks are some time apart by chance: not one later for a moment's sake.
  return nowMs - read.atMs >= (LOOKS - 0.5) * intervalMs
}
