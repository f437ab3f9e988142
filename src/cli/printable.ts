/** C0, DEL and C1 act on terminals; line separators and bidirectional overrides show a text as another one. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const UNPRINTABLE_IN_LINES = /(?![\n\t])[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

/**
 * A text of an object as one line: it moves no cursor, reaches no clipboard and begins no line of its own. Whoever writes an
 * Event, an annotation or a condition in a member writes on the terminal of whoever reads it.
 *
 * @returns the text with what is not printable as JSON escapes it: `\u001b`, `\n`.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escaped)
}

/** The same for a text of several lines, or columns: its line feeds and tabs stay. A JSON document remains what it was. */
export function printableLines(text: string): string {
  return text.replaceAll(UNPRINTABLE_IN_LINES, escaped)
}

function escaped(character: string): string {
  return SHORT[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
