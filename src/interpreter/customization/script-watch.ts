import type { Clock } from '../../runtime/clock.ts'

/** Whether what runs at this moment has had its time. A script is asked that again and again by whatever runs it. */
export interface ScriptWatch {
  within<T>(limitMs: number, run: () => T): T
  readonly isOver: () => boolean
  /** Whether what ran last was told that its time is over. */
  wasLate(): boolean
}

export function newScriptWatch({ monotonicMs }: Pick<Clock, 'monotonicMs'>): ScriptWatch {
  let until = Number.POSITIVE_INFINITY
  let late = false
  return {
    within(limitMs, run) {
      late = false
      until = monotonicMs() + limitMs
      try {
        return run()
      } finally {
        until = Number.POSITIVE_INFINITY
      }
    },
    isOver() {
      late ||= monotonicMs() > until
      return late
    },
    wasLate: () => late,
  }
}
