// A run of 16 digits is the shortest integer text that a double may not hold (2^53 has 16 digits).
const MANY_DIGITS = /\d{16}/
const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPEN_BRACE = 0x7b
const COMMA = 0x2c
const CLOSE_BRACE = 0x7d
const OPEN_BRACKET = 0x5b
const CLOSE_BRACKET = 0x5d
const INTEGER = /^-?\d+$/

/** Kubernetes objects nest a few dozen levels; recursion over an answer must not overflow the stack. */
const MAX_DEPTH = 1_000
/** An apiserver stores what nests up to 10,000 levels; V8 parses without recursion. */
const MAX_SKIMMED_DEPTH = 20_000
/**
 * Every value but the first has a comma before it, or nests. Two bytes of text are 50 in memory when they are `{}`; the largest
 * lists of real clusters have a tenth of these values.
 */
const MAX_COMMAS = 5_000_000

/** It is JSON, and more of it than we take in. */
export class JsonExcess extends SyntaxError {
  override readonly name = 'JsonExcess'
}

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
 * @throws JsonExcess when it nests deeper than a thousand levels, or has more than five million values; SyntaxError when the text
 * is not JSON.
 * @source design.md "Rules of writing" 9
 */
export function decodeJson(text: string): unknown {
  refuseExcess(text, MAX_DEPTH)
  return MANY_DIGITS.test(text) ? jsonWithSource.parse(text, keepDigits) : JSON.parse(text)
}

/**
 * Parses JSON that {@link decodeJson} finds too deep, to find out what it is about. Only what stands near its root may be read: all that
 * walks through the rest may overflow the stack, and long integers have lost digits.
 *
 * @throws JsonExcess when it is deeper than anything that an apiserver stores; SyntaxError
 */
export function skimJson(text: string): unknown {
  refuseExcess(text, MAX_SKIMMED_DEPTH)
  return JSON.parse(text)
}

function refuseExcess(text: string, maxDepth: number): void {
  const excess = excessOf(text, maxDepth)
  if (excess !== undefined) throw new JsonExcess(`JSON ${excess}`)
}

/** Writes what {@link decodeJson} gave, digits and all. */
export function encodeJson(value: unknown): string {
  return JSON.stringify(value)
}

/** What JSON writes as it is, and a reader of YAML refuses (control characters) or takes for the end of a line. */
const STRANGE_TO_YAML = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g

/**
 * Writes what {@link decodeJson} gave so that a reader of YAML, too, finds in it exactly that: the body of an apply is read as
 * YAML.
 */
export function encodeJsonForYaml(value: unknown): string {
  return encodeJson(value).replaceAll(
    STRANGE_TO_YAML,
    character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

function keepDigits(_key: string, value: unknown, context: { readonly source?: string }): unknown {
  const { source } = context
  if (typeof value !== 'number' || source === undefined) return value
  return Number.isSafeInteger(value) || !INTEGER.test(source) ? value : JSON.rawJSON(source)
}

/** @returns what there is too much of; undefined when nothing is. */
function excessOf(text: string, maxDepth: number): string | undefined {
  // Every level has a bracket of its own: most objects have far fewer, and to look for these is quicker than to read it all.
  if (text.length <= MAX_COMMAS && hasFewerThan(text, '{[', maxDepth)) return undefined
  let depth = 0
  let commas = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at)
        break
      case OPEN_BRACE:
      case OPEN_BRACKET:
        if (++depth > maxDepth) return `nests deeper than ${maxDepth} levels`
        break
      case COMMA:
        if (++commas > MAX_COMMAS) return `has more than ${MAX_COMMAS} values`
        break
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--
    }
  }
  return undefined
}

/** Counts them inside of strings as well. */
function hasFewerThan(text: string, characters: string, limit: number): boolean {
  let count = 0
  for (const character of characters) {
    for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
      if (++count >= limit) return false
    }
  }
  return true
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
