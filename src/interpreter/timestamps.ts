/** @returns the earliest of RFC 3339 times, as it was written; undefined when there is none. */
export function earliest(times: readonly string[]): string | undefined {
  return pick(times, (a, b) => a < b)
}

/** @returns the latest of RFC 3339 times, as it was written; undefined when there is none. */
export function latest(times: readonly string[]): string | undefined {
  return pick(times, (a, b) => a > b)
}

function pick(times: readonly string[], isBetter: (aMs: number, bMs: number) => boolean): string | undefined {
  const [first, ...others] = times
  if (first === undefined) return undefined
  return others.reduce((best, time) => (isBetter(Date.parse(time), Date.parse(best)) ? time : best), first)
}
