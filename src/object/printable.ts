/**
 * C0, DEL and C1 act on terminals; half a surrogate pair does not survive the way to an apiserver; line separators, what has no
 * width and what turns the direction show a text as another one. A joiner that makes one emoji of several is what it seems.
 */
const UNPRINTABLE =
  /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff]|(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d/gu
/** A line that ends as in no text of ours was quoted from somewhere. */
const UNPRINTABLE_IN_LINES = new RegExp(`\\r\\n|(?![\\n\\t])(?:${UNPRINTABLE.source})`, 'gu')
/** Nearly all texts are: to know it takes a tenth of looking for what is not printable. */
const ORDINARY = /^[ -~]*$/
const ORDINARY_IN_LINES = /^[ -~\n\t]*$/
const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\r\n': '\\r\\n' }

/**
 * A text of an object as one line: it moves no cursor, reaches no clipboard and begins no line of its own. Whoever writes an
 * Event, an annotation or a condition in a member writes on the terminal of whoever reads it.
 *
 * @returns the text with what is not printable as JSON escapes it: `\u001b`, `\n`.
 */
export function printable(text: string): string {
  return ORDINARY.test(text) ? text : text.replaceAll(UNPRINTABLE, escaped)
}

/** The same for a text of several lines, or columns: its line feeds and tabs stay. A JSON document remains what it was. */
export function printableLines(text: string): string {
  return ORDINARY_IN_LINES.test(text) ? text : text.replaceAll(UNPRINTABLE_IN_LINES, escaped)
}

/**
 * What is told of an object, in a condition, an event or a log: {@link printableLines}, and not longer than anybody reads.
 *
 * @param most characters, as JavaScript counts them; what is longer ends with `…`.
 */
export function printableMessage(text: string, most: number): string {
  // What is cut off is not escaped first: somebody else decides how much it is.
  return shorten(printableLines(text.length > most ? `${firstOf(text, most)}…` : text), most)
}

/** @returns at most so many characters, no pair of surrogates torn apart; the text itself where it is not longer. */
export function shorten(text: string, most: number): string {
  return text.length <= most ? text : `${firstOf(text, most - 1)}…`
}

function firstOf(text: string, count: number): string {
  const isTorn = (text.codePointAt(count - 1) ?? 0) > 0xffff
  return text.slice(0, isTorn ? count - 1 : count)
}

function escaped(characters: string): string {
  return SHORT[characters] ?? `\\u${characters.charCodeAt(0).toString(16).padStart(4, '0')}`
}
