// docs/reference/threat-model.md: each claim names the test that shows it, by a link and words of its title.

/** One claim of the page. */
export interface Claim {
  readonly text: string
  /** Relative to the page. */
  readonly test: string
  /** Words of the test's title. */
  readonly words: string
  readonly line: number
}

export interface ThreatModel {
  readonly claims: readonly Claim[]
  /** Lines of a list of claims that name no test. */
  readonly bare: readonly number[]
}

/** Sections whose points are no claims: what is guarded, who is meant, what is accepted. */
const WITHOUT_CLAIMS = /^(?:Assets|Trust boundaries|Accepted risks|How it is kept true)/
/** `- What is so. [words of the title](../../path.test.ts)` */
const CLAIM = /^- (?<text>.+?[.!?]) \[(?<words>[^\]]+)\]\((?<test>[^)]+\.test\.ts)\)$/

/** @returns the claims of the page: its points, but those of sections that hold none. A point may go over several lines. */
export function readThreatModel(markdown: string): ThreatModel {
  const claims: Claim[] = []
  const bare: number[] = []
  let section = ''
  for (const { text, line } of pointsAndHeads(markdown)) {
    const head = /^#+ (.+)$/.exec(text)?.[1]
    if (head !== undefined) section = head
    else if (!WITHOUT_CLAIMS.test(section)) {
      const found = CLAIM.exec(text)?.groups
      if (found === undefined) bare.push(line)
      else claims.push({ text: found['text'] ?? '', test: found['test'] ?? '', words: found['words'] ?? '', line })
    }
  }
  return { claims, bare }
}

/** Heads, and points with the lines that go on with them joined. */
function pointsAndHeads(markdown: string): readonly { readonly text: string; readonly line: number }[] {
  const found: { text: string; line: number }[] = []
  let open = false
  for (const [index, line] of markdown.split('\n').entries()) {
    const starts = line.startsWith('- ')
    if (starts || line.startsWith('#')) found.push({ text: line, line: index + 1 })
    const last = found.at(-1)
    if (open && !starts && line.startsWith('  ') && last !== undefined) last.text += ` ${line.trim()}`
    else open = starts
  }
  return found
}

/**
 * Whether a test file has a test or a case with these words in its title: in a text after `it(`, `describe(` and the like, or in
 * a table of cases. One that is skipped proves nothing.
 */
export function hasTitle(source: string, words: string): boolean {
  const titles = source.matchAll(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|`(?:[^`\\]|\\.)*`/g)
  return [...titles].some(({ 0: title, index }) => {
    const says = title.slice(1, -1).replaceAll("\\'", "'").includes(words)
    return says && !SKIPPING.test(source.slice(0, index))
  })
}

/** At the end of what stands before a title. */
const SKIPPING = /\b(?:x(?:it|test|describe)|(?:it|test|describe)\.(?:skip|todo))(?:\.each\([^)]*\))?\(\s*$/
