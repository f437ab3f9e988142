import { fitLine } from './page/fit.ts'
import type { Figures, Series } from './report.ts'
import { round } from './report.ts'

/** A start of the operator at some size. */
export interface Point {
  readonly size: number
  readonly figures: Figures
}

const CURVES = [
  { figure: 'peakRssMiB', name: 'rss', unit: 'MiB', slope: 'KiB', scale: 1024 },
  { figure: 'heapMiB', name: 'heap', unit: 'MiB', slope: 'KiB', scale: 1024 },
  { figure: 'cpuSeconds', name: 'cpu', unit: 's', slope: 'Ms', scale: 1000 },
  { figure: 'comparedSeconds', name: 'start', unit: 's', slope: 'Ms', scale: 1000 },
] as const
const DIGITS = 10_000

/** @returns memory, CPU and time of a start by size. */
export function curvesOf(points: readonly Point[], by: string): readonly Series[] {
  return measuredCurves(points).map(({ figure, name, unit }) => ({
    name: `${name}By${capital(by)}`,
    unit,
    x: { name: by, unit: '' },
    points: points.map(({ size, figures }) => [size, figures[figure] ?? 0] as const),
  }))
}

/**
 * @param objects how many member objects one more of the size brings
 * @returns of each curve what one more member object costs (`…Slope…`), where the line begins, and how straight it is (R²).
 */
export function fitsOf(points: readonly Point[], objects: number): Figures {
  const rows = measuredCurves(points).flatMap(({ figure, name, unit, slope, scale }) => {
    const fit = fitLine(points.map(({ size, figures }) => [size, figures[figure] ?? 0] as const))
    if (fit === undefined) return []
    const perObject = Math.round(((fit.slope * scale) / objects) * DIGITS) / DIGITS
    return [
      [`${name}SlopePerObject${slope}`, perObject],
      [`${name}At0${unit === 's' ? 'Seconds' : unit}`, round(fit.intercept)],
      [`${name}R2`, Math.round(fit.explained * DIGITS) / DIGITS],
    ] as const
  })
  return Object.fromEntries(rows)
}

function measuredCurves(points: readonly Point[]) {
  return CURVES.filter(({ figure }) => points.every(({ figures }) => figures[figure] !== undefined))
}

/** @returns the figures of a point, with its size in their names. */
export function figuresOf({ size, figures }: Point): Figures {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`at${size}${capital(name)}`, value]))
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
