/** How much YAML is parsed. */
export interface YamlLimits {
  readonly characters: number
  readonly lines: number
  /** Entries, keys, brackets, tags. */
  readonly marks: number
  /** Levels. */
  readonly depth: number
}

/** Several times what a kubeconfig needs. */
const KUBECONFIG_LIMITS: YamlLimits = { characters: 256 * 1024, lines: 10_000, marks: 2_000, depth: 32 }

/** What makes a parser of YAML work: brackets and commas, tags, and the marks of entries, keys and documents. */
const MARK = /[[\]{},!&*]|[-?:](?=\s|$)/g
/** What may stand before an entry on its line, and opens a level: `- ? !tag &name`. */
const OPENER = /^(?:[-?:]$|[!&])/

/**
 * Why a text must not even reach a parser of YAML: a few hundred kilobytes of brackets keep it busy for seconds, and deep
 * nesting ends the process.
 *
 * @param limits default: those of a kubeconfig
 * @returns undefined when it may be parsed.
 */
export function excessOf(text: string, limits = KUBECONFIG_LIMITS): string | undefined {
  const { characters, lines, marks, depth } = limits
  if (text.length > characters) return `it is larger than ${characters / 1024} KiB`
  if (count(text, /\n/g, lines) > lines) return `it has more than ${lines} lines`
  if (count(text, MARK, marks) > marks) return `it has more than ${marks} entries, keys and brackets`
  if (openersOnOneLine(text) > depth || bracketDepth(text) > depth) return `it is nested deeper than ${depth} levels`
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
