/** A page of docs/reference and the names in the sources that it must list. */
export interface ReferencePage {
  readonly page: string
  /** Finds the names in the sources: the first group. */
  readonly pattern: RegExp
  /** The files to look into begin with this; absent: all of them. */
  readonly source?: string
}

export const REFERENCE_PAGES: readonly ReferencePage[] = [
  { page: 'docs/reference/errors.md', pattern: /new ReconcileError\(\s*'(\w+)'/g },
  { page: 'docs/reference/clusters.md', pattern: /(?<=new ConnectionError\(\s*|\bcause\(\s*)'(\w+)'/g },
  // Reasons of events: where one is recorded, or handed on to be.
  { page: 'docs/reference/events.md', pattern: /(?:'(?:Normal|Warning)',\s*|\bevent: )'([A-Z]\w+)'/g },
  { page: 'docs/reference/metrics.md', pattern: /'(flotilla_\w+)'/g },
  { page: 'docs/reference/flags.md', pattern: /\.option\('(--[a-z-]+)/g, source: 'src/main.ts' },
  {
    page: 'docs/reference/cli.md',
    pattern: /(?:\.(?:option|requiredOption)|new Option)\(\s*'(?:-\w, )?(--[a-z-]+)/g,
    source: 'src/cli/',
  },
]

/** @returns a line for each name that the page lacks, and for each in its tables' first columns that the sources lack. */
export function compareNames(page: string, markdown: string, names: ReadonlySet<string>): readonly string[] {
  const listed = listedNames(markdown)
  return [
    ...[...names].filter(name => !listed.has(name)).map(name => `${page}: does not list ${name}`),
    ...[...listed].filter(name => !names.has(name)).map(name => `${page}: lists ${name}, which is not in src/`),
  ]
}

/** @returns all names that `pattern` finds in the texts. */
export function namesIn(texts: readonly string[], pattern: RegExp): ReadonlySet<string> {
  return new Set(texts.flatMap(text => [...text.matchAll(pattern)].map(match => match[1] ?? '')))
}

/** @returns the names in the first columns of a page's tables. */
export function listedNames(markdown: string): ReadonlySet<string> {
  return new Set([...markdown.matchAll(/^\| `([^`\s]+)[^|]*\|/gm)].map(match => match[1] ?? ''))
}
