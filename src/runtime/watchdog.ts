import type { Clock } from './clock.ts'

export interface WatchdogOptions {
  /** The longest life, whatever is heard; milliseconds. */
  readonly deadlineMs: number
  /** The longest silence, in milliseconds. */
  readonly silenceMs: number
  /** The longest silence before the first sign, in milliseconds. */
  readonly startMs: number
  /** Called at most once. */
  readonly expired: (reason: Error) => void
}

/** Finds out a connection that is open and says nothing: peers that vanish send no end. */
export interface Watchdog {
  /** Tells that something came. */
  heard(): void
  stop(): void
}

/** Starts watching; one timer, moved only when it fires, since `heard` comes with each event. */
export function newWatchdog(clock: Clock, options: WatchdogOptions): Watchdog {
  const startMs = clock.monotonicMs()
  let lastMs = startMs
  let allowedMs = options.startMs
  let cancel = (): void => {}
  const check = (): void => {
    const nowMs = clock.monotonicMs()
    const leftMs = Math.min(startMs + options.deadlineMs, lastMs + allowedMs) - nowMs
    if (leftMs > 0) cancel = clock.after(leftMs, check)
    else options.expired(new Error(`nothing heard for ${Math.round(nowMs - lastMs)} ms`))
  }
  cancel = clock.after(Math.min(options.deadlineMs, options.startMs), check)
  return {
    heard: () => {
      lastMs = clock.monotonicMs()
      allowedMs = options.silenceMs
    },
    stop: () => cancel(),
  }
}
