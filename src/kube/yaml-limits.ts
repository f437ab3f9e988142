const MAX_CHARACTERS = 256 * 1024
const MAX_LINES = 10_000
const MAX_MARKS = 2_000
const MAX_DEPTH = 32

/** What makes a parser of YAML work: brackets and commas, tags, and the marks of entries, keys and documents. */
const MARK = /[[\]{},!&*]|[-?:](?=\s|$)/g
/** What may stand before an entry on its line, and opens a level: `- ? !tag &name`. */
const OPENER = /^(?:[-?:]$|[!&])/

/**
 * Why a text must not even reach a parser of YAML: a few hundred kilobytes of brackets keep it busy for seconds, and deep
 * nesting ends the process. What a kubeconfig needs is far below these limits: 32 levels, 2000 marks, 256 KiB.
 *
 * @returns undefined when it may be parsed.
 */
export function excessOf(text: string): string | undefined {
  if (text.length > MAX_CHARACTERS) return `it is larger than ${MAX_CHARACTERS / 1024} KiB`
  if (count(text, /\n/g, MAX_LINES) > MAX_LINES) return `it has more than ${MAX_LINES} lines`
  if (count(text, MARK, MAX_MARKS) > MAX_MARKS) return 'it has more entries than any kubeconfig needs'
  if (openersOnOneLine(text) > MAX_DEPTH || bracketDepth(text) > MAX_DEPTH)
    return `it is nested deeper than ${MAX_DEPTH} levels`
  return undefined
}

function count(text: string, pattern: RegExp, most: number): number {
  let found = 0
  for (const _ of text.matchAll(pattern)) if (++found > most) break
  return found
}

/** Brackets in quoted text count as well: no name or address has that many. */
function bracketDepth(text: string): number {
  let depth = 0
  let deepest = 0
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === '[' || bracket === '{' ? 1 : -1))
    deepest = Math.max(deepest, depth)
  }
  return deepest
}

/** The most openers that follow each other on a line. */
function openersOnOneLine(text: string): number {
  let run = 0
  let longest = 0
  for (const [word] of text.matchAll(/\n|[^\s]+/g)) {
    run = OPENER.test(word) ? run + 1 : 0
    longest = Math.max(longest, run)
  }
  return longest
}
