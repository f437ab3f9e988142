// A run of 16 digits is the shortest integer text that a double may not hold (2^53 has 16 digits).
const MANY_DIGITS = /\d{16}/
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const INTEGER = /^-?\d+$/

/** Kubernetes objects nest a few dozen levels; recursion over an answer must not overflow the stack. */
const MAX_DEPTH = 1_000

/** JSON source text access: Node 24 has it, the compiler's library does not yet. */
interface JsonWithSource {
  parse(text: string, reviver: (key: string, value: unknown, context: { readonly source?: string }) => unknown): unknown
}

// Decoding edge: the only place that knows the untyped interface.
const jsonWithSource = JSON as JsonWithSource

/**
 * Parses JSON text. Integers beyond 2^53 become `JSON.rawJSON` objects, which {@link encodeJson} writes back digit by
 * digit; all other numbers are doubles. A `__proto__` key becomes an own field and changes no prototype.
 *
 * @throws SyntaxError when the text is not JSON, or nests deeper than a thousand levels.
 * @source design.md "Rules of writing" 9
 */
export function decodeJson(text: string): unknown {
  if (nestsDeeperThan(MAX_DEPTH, text)) throw new SyntaxError(`JSON nests deeper than ${MAX_DEPTH} levels`)
  return MANY_DIGITS.test(text) ? jsonWithSource.parse(text, keepDigits) : JSON.parse(text)
}

/** Writes what {@link decodeJson} gave, digits and all. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value)
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context
  if (typeof value !== 'number' || source === undefined) return value
  return Number.isSafeInteger(value) || !INTEGER.test(source) ? value : JSON.rawJSON(source)
}

function nestsDeeperThan(limit: number, text: string): boolean {
  // Every level takes two brackets.
  if (text.length < 2 * limit) return false
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > limit) return true
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
    }
  }
  return false
}

/** The position of the quote that ends the string which begins at `start`. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++
    if (backslashes % 2 === 0) return end
  }
  return text.length
}
