// Writes what docs/performance.md says of results, and its pictures, from bench/results and bench/reference.
import { globSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { AIMS } from '../bench/aims.ts'
import { fillPage, renderPage } from '../bench/page/page.ts'
import { QUESTIONS } from '../bench/registry.ts'
import { readAllResults } from '../bench/results.ts'
import { bringUpToDate } from './generated-files.ts'

const root = join(import.meta.dirname, '..')
const PAGE = 'docs/performance.md'
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const { blocks, plots } = renderPage({
  questions: QUESTIONS,
  results: readAllResults(root),
  reference: JSON.parse(read('bench/reference/karmada.json')),
  aims: AIMS,
})
const files = new Map([
  [PAGE, fillPage(read(PAGE), blocks)],
  ...[...plots].map(([name, svg]) => [`docs/performance/${name}.svg`, svg] as const),
])
for (const path of globSync('docs/performance/*.svg', { cwd: root })) if (!files.has(path)) rmSync(join(root, path))
for (const path of bringUpToDate(root, files)) process.stdout.write(`${path}: written\n`)
