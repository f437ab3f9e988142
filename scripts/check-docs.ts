// Every relative link in a Markdown file must lead somewhere, anchors included; every error code, metric and flag of the
// sources must stand in docs/reference, and nothing else. Every alert has its page, and asks for metrics that there are.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { ALERTS_FILE, checkAlerts, listAlerts, listDashboardQueries, RUNBOOKS } from './alert-rules.ts'
import { DASHBOARD_FILE } from './dashboard.ts'
import { anchorsOf, linksOf } from './markdown.ts'
import { compareNames, listedNames, namesIn, REFERENCE_PAGES } from './reference-names.ts'

const root = join(import.meta.dirname, '..')
const paths = globSync('{*.md,docs/**/*.md,examples/**/*.md,e2e/**/*.md,bench/**/*.md}', { cwd: root }).sort()

function problemOf(from: string, link: string): string | undefined {
  const [file = '', anchor] = link.split('#')
  const target = file === '' ? join(root, from) : join(root, dirname(from), decodeURI(file))
  if (!existsSync(target)) return `${from}: ${link} leads nowhere`
  if (anchor === undefined || !target.endsWith('.md')) return undefined
  const isThere = anchorsOf(readFileSync(target, 'utf8')).has(anchor)
  return isThere ? undefined : `${from}: ${relative(root, target)} has no heading #${anchor}`
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const sources = globSync('src/**/*.ts', { cwd: root }).filter(path => !path.endsWith('.test.ts'))
const textsOf = (source = ''): readonly string[] => sources.filter(path => path.startsWith(source)).map(read)

const problems = [
  ...paths.flatMap(path => linksOf(read(path)).flatMap(link => problemOf(path, link) ?? [])),
  ...REFERENCE_PAGES.flatMap(({ page, pattern, source }) =>
    compareNames(page, read(page), namesIn(textsOf(source), pattern)),
  ),
  ...checkAlerts({
    alerts: listAlerts(read(ALERTS_FILE)),
    queries: listDashboardQueries(read(DASHBOARD_FILE)),
    pages: globSync(`${RUNBOOKS}/*.md`, { cwd: root }).map(path => basename(path, '.md')),
    documented: listedNames(read('docs/reference/metrics.md')),
  }),
]
for (const problem of problems) process.stdout.write(`${problem}\n`)
process.stdout.write(`${paths.length} documents, ${problems.length} problems\n`)
process.exitCode = problems.length > 0 || paths.length === 0 ? 1 : 0
