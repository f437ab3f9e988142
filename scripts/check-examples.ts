// Every object in examples/ must be valid for the schemas in crds/, and every story must say what it shows.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { parse, parseAllDocuments } from 'yaml'
import { type CustomResourceDefinition, newExampleValidator } from './example-schema.ts'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const definitions = globSync('crds/*.yaml', { cwd: root }).map((path): CustomResourceDefinition => parse(read(path)))
const validate = newExampleValidator(definitions)
// Cases are no objects; src/cli/interpret.test.ts runs them.
const paths = globSync('examples/**/*.yaml', { cwd: root, exclude: ['examples/**/cases.yaml'] }).sort()
const problems = paths.flatMap(path =>
  parseAllDocuments(read(path)).flatMap(document =>
    document.errors.length > 0
      ? document.errors.map(error => `${path}: ${error.message}`)
      : validate(document.toJS()).map(problem => `${path}: ${problem}`),
  ),
)
for (const folder of new Set(paths.map(dirname))) {
  if (!isExplained(folder)) problems.push(`${folder}: has no README.md, nor has a folder around it`)
}
for (const problem of problems) process.stdout.write(`${problem}\n`)
process.stdout.write(`${paths.length} examples, ${definitions.length} definitions, ${problems.length} problems\n`)
process.exitCode = problems.length > 0 || paths.length === 0 || definitions.length === 0 ? 1 : 0

/** A folder within a story is explained by the story's README. */
function isExplained(folder: string): boolean {
  if (folder === 'examples') return false
  return existsSync(join(root, folder, 'README.md')) || isExplained(dirname(folder))
}
