/** A Kubernetes quantity as it stands in an object: `500m`, `1Gi`, `2`, or a number. */
export type QuantityText = string | number

/**
 * An exact quantity: a count of nano-units (10^-9), which is the finest that Kubernetes keeps.
 * `format` is the notation it was written in and will be written in again.
 */
export interface Quantity {
  readonly nanos: bigint
  readonly format: 'BinarySI' | 'DecimalSI' | 'DecimalExponent'
}

const NANOS_PER_UNIT = 1_000_000_000n
const NANOS_PER_MILLI = 1_000_000n
/** Kubernetes caps at the largest int64. */
const MAX_NANOS = (2n ** 63n - 1n) * NANOS_PER_UNIT
const SYNTAX = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i|[numkMGTPE])|[eE]([+-]?\d{1,4}))?$/
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const UNIT_SUFFIX = DECIMAL_SUFFIXES.indexOf('')
const NANO_EXPONENT = 9
const NANOS_PER_SUFFIX: ReadonlyMap<string, bigint> = new Map([
  ...DECIMAL_SUFFIXES.map((suffix, index): [string, bigint] => [suffix, 1000n ** BigInt(index)]),
  ...BINARY_SUFFIXES.slice(1).map((suffix, index): [string, bigint] => [
    suffix,
    1024n ** BigInt(index + 1) * NANOS_PER_UNIT,
  ]),
])

export const ZERO: Quantity = { nanos: 0n, format: 'DecimalSI' }

/**
 * Reads a quantity exactly; what is finer than a nano-unit is rounded away from zero, as in Kubernetes.
 *
 * @throws RangeError when `text` is not a quantity
 * @source Kubernetes API reference, Quantity
 */
export function parseQuantity(text: QuantityText): Quantity {
  const quantity = tryParseQuantity(text)
  if (quantity === undefined) throw new RangeError(`not a quantity: ${JSON.stringify(text)}`)
  return quantity
}

/** @returns undefined when `text` is not a quantity. */
export function tryParseQuantity(text: QuantityText): Quantity | undefined {
  if (typeof text === 'number') return Number.isSafeInteger(text) ? ofInteger(text) : tryParseQuantity(String(text))
  const [matched, sign, whole = '', fraction = '', suffix = '', exponent] = SYNTAX.exec(text.trim()) ?? []
  if (matched === undefined || whole.length + fraction.length === 0) return undefined
  const digits = BigInt(whole + fraction)
  const nanos =
    exponent === undefined
      ? suffixedNanos(digits, fraction.length, suffix)
      : scaledNanos(digits, Number(exponent) - fraction.length + NANO_EXPONENT)
  const capped = nanos > MAX_NANOS ? MAX_NANOS : nanos
  const format = suffix.endsWith('i') ? 'BinarySI' : exponent === undefined ? 'DecimalSI' : 'DecimalExponent'
  return { nanos: sign === '-' ? -capped : capped, format }
}

/** @returns negative, zero or positive, as for `sort`. Notation does not matter: `1000m` equals `1`. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nanos < b.nanos ? -1 : a.nanos > b.nanos ? 1 : 0
}

/** The sum, in the notation of the first that is not zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos + b.nanos, format: a.nanos === 0n ? b.format : a.format }
}

/** The difference, which may be negative, in the notation of the first that is not zero. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nanos: a.nanos - b.nanos, format: a.nanos === 0n ? b.format : a.format }
}

export function multiplyQuantity(quantity: Quantity, factor: number): Quantity {
  return { nanos: quantity.nanos * BigInt(factor), format: quantity.format }
}

/** Whole units, rounded away from zero (Go: `Value`). Above 2^53 the nearest double. */
export function wholeUnits(quantity: Quantity): number {
  return Number(divideAwayFromZero(quantity.nanos, NANOS_PER_UNIT))
}

/** Thousandths of the unit, rounded away from zero (Go: `MilliValue`): milli-CPUs for `cpu`. */
export function milliUnits(quantity: Quantity): number {
  return Number(divideAwayFromZero(quantity.nanos, NANOS_PER_MILLI))
}

/**
 * The canonical text, as an apiserver writes it back: no fraction, no leading zeros, the largest suffix that keeps
 * the number whole; a binary quantity below 1024 or with a fraction becomes decimal.
 */
export function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return '0'
  const units = nanos / NANOS_PER_UNIT
  const binary = format === 'BinarySI' && nanos % NANOS_PER_UNIT === 0n && (units >= 1024n || units <= -1024n)
  if (binary) return formatBinary(units)
  return formatDecimal(nanos, format === 'DecimalExponent')
}

/** A count as a quantity. */
export function ofInteger(value: number): Quantity {
  return { nanos: BigInt(value) * NANOS_PER_UNIT, format: 'DecimalSI' }
}

/** Whether two texts say the same quantity; false when either is none. */
export function isSameQuantity(a: QuantityText, b: QuantityText): boolean {
  const left = tryParseQuantity(a)
  return left !== undefined && left.nanos === tryParseQuantity(b)?.nanos
}

function suffixedNanos(digits: bigint, fractionDigits: number, suffix: string): bigint {
  const nanos = digits * (NANOS_PER_SUFFIX.get(suffix) ?? 0n)
  return fractionDigits === 0 ? nanos : divideAwayFromZero(nanos, 10n ** BigInt(fractionDigits))
}

/** digits × 10^scale, rounded away from zero. */
function scaledNanos(digits: bigint, scale: number): bigint {
  return scale >= 0 ? digits * 10n ** BigInt(scale) : divideAwayFromZero(digits, 10n ** BigInt(-scale))
}

function divideAwayFromZero(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  if (quotient * divisor === dividend) return quotient
  return dividend < 0n ? quotient - 1n : quotient + 1n
}

function formatBinary(units: bigint): string {
  let mantissa = units
  let power = 0
  while (mantissa % 1024n === 0n && power < BINARY_SUFFIXES.length - 1) {
    mantissa /= 1024n
    power++
  }
  return `${mantissa}${BINARY_SUFFIXES[power]}`
}

function formatDecimal(nanos: bigint, asExponent: boolean): string {
  let mantissa = nanos
  let index = 0
  while (mantissa % 1000n === 0n && index < DECIMAL_SUFFIXES.length - 1) {
    mantissa /= 1000n
    index++
  }
  const exponent = (index - UNIT_SUFFIX) * 3
  if (!asExponent) return `${mantissa}${DECIMAL_SUFFIXES[index]}`
  return exponent === 0 ? `${mantissa}` : `${mantissa}e${exponent}`
}
