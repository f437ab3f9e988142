import { CommandError } from '../manifests.ts'

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }
const PART = /(\d+(?:\.\d+)?)(ms|s|m|h)/g

/**
 * A duration as kubectl takes it (`90s`, `1h30m`), in milliseconds.
 *
 * @throws CommandError naming the flag.
 */
export function parseDuration(flag: string, text: string): number {
  const parts = [...text.matchAll(PART)]
  if (parts.length === 0 || parts.map(([part]) => part).join('') !== text) {
    throw new CommandError(`${flag} ${text}: write a duration with its unit: 90s, 5m, 24h`)
  }
  return parts.reduce((sum, [, amount = '', unit = '']) => sum + Number(amount) * (UNITS[unit] ?? 0), 0)
}
