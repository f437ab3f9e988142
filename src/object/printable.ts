/**
 * C0, DEL and C1 act on terminals; half a surrogate pair does not survive the way to an apiserver; line separators, what has no
 * width and what turns the direction show a text as another one, or hide one in it. A joiner that makes one emoji of several is
 * what it seems, and so are the tags of a flag.
 */
const UNPRINTABLE =
  /[[\p{Cc}\p{Cs}\p{Default_Ignorable_Code_Point}\u2028\u2029\ufff9-\ufffb]--[\u200d\ufe0e\ufe0f\u{e0020}-\u{e007f}]]|(?<!\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d|(?<!\u{1f3f4}[\u{e0020}-\u{e007e}]{0,6})[\u{e0020}-\u{e007f}]/gv
/** A line that ends as in no text of ours was quoted from somewhere. */
const UNPRINTABLE_IN_LINES = new RegExp(`\\r\\n|(?![\\n\\t])(?:${UNPRINTABLE.source})`, 'gv')
/** Nearly all texts are, Latin letters and `…` among them: to know it takes a tenth of looking for what is not printable. */
const ORDINARY = /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/
const ORDINARY_IN_LINES = /^[ -~\n\t\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027]*$/
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
  return SHORT[characters] ?? Array.from({ length: characters.length }, (_, at) => escapeOf(characters, at)).join('')
}

/** Of one half where a character is a pair of surrogates. */
function escapeOf(text: string, at: number): string {
  return `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`
}
