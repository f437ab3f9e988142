/** A straight line through points: y = intercept + slope · x. */
export interface LinearFit {
  readonly slope: number
  readonly intercept: number
  /** R²: how much of the differences in y the line explains, from 0 to 1; 1 where y does not differ. */
  readonly explained: number
}

/** @returns the line of least squares; undefined when fewer than two points have different x. */
export function fitLine(points: readonly (readonly [number, number])[]): LinearFit | undefined {
  const [meanX, meanY] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))]
  const spreadX = sum(points.map(([x]) => (x - meanX) ** 2))
  if (points.length < 2 || spreadX === 0) return undefined
  const slope = sum(points.map(([x, y]) => (x - meanX) * (y - meanY))) / spreadX
  const intercept = meanY - slope * meanX
  const spreadY = sum(points.map(([, y]) => (y - meanY) ** 2))
  const left = sum(points.map(([x, y]) => (y - intercept - slope * x) ** 2))
  return { slope, intercept, explained: spreadY === 0 ? 1 : 1 - left / spreadY }
}

function meanOf(numbers: readonly number[]): number {
  return numbers.length === 0 ? 0 : sum(numbers) / numbers.length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0)
}
