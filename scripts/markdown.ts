const FENCE = /^ {0,3}(```|~~~)[\s\S]*?^ {0,3}\1[^\n]*$/gm
const LINK = /\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g
const HEADING = /^#{1,6}\s+(.+?)\s*#*$/gm

/** @returns the targets of links and pictures that stay within the repository, in order; code blocks aside. */
export function linksOf(markdown: string): readonly string[] {
  const prose = markdown.replace(FENCE, '').replace(/`[^`\n]*`/g, '')
  return [...prose.matchAll(LINK)].map(match => match[1] ?? '').filter(link => !/^[a-z][a-z0-9+.-]*:/i.test(link))
}

/** @returns the anchors of a document's headings, as code hosts make them. */
export function anchorsOf(markdown: string): ReadonlySet<string> {
  const headings = [...markdown.replace(FENCE, '').matchAll(HEADING)].map(match => match[1] ?? '')
  return new Set(headings.map(anchorOf))
}

function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replaceAll(' ', '-')
}
