import { scalarText } from '../../object/raw-json.ts'

const MEBI = 1024 * 1024
const FACTORS: Readonly<Record<string, number>> = {
  '': 1,
  k: 1024,
  m: MEBI,
  g: 1024 * MEBI,
  t: 1024 * 1024 * MEBI,
}

/**
 * Sizes as Java programs write them: `512m` are mebibytes here, while Kubernetes takes them for a fraction of a byte.
 *
 * @param unit of a number without one
 * @returns whole mebibytes, rounded up; undefined for what is no size
 */
export function toMebibytes(size: unknown, unit: 'm' | '' = ''): number | undefined {
  const match = /^\s*([0-9.]+)\s*([kmgt]?)(i?b?|bytes)\s*$/i.exec(scalarText(size))
  const amount = Number(match?.[1] ?? Number.NaN)
  const factor = FACTORS[(match?.[2] ?? '').toLowerCase() || unit]
  return Number.isNaN(amount) || factor === undefined ? undefined : Math.ceil((amount * factor) / MEBI)
}
