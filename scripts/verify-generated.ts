// Generates again and fails when that changed anything. The new files stay: commit them.
import { execFileSync } from 'node:child_process'
import { globSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { GENERATED_FILES } from './generators.ts'

const root = join(import.meta.dirname, '..')

function readGenerated(): ReadonlyMap<string, string> {
  const paths = GENERATED_FILES.flatMap(pattern => globSync(pattern, { cwd: root }))
  const files = paths.filter(path => statSync(join(root, path)).isFile())
  return new Map(files.map(path => [path, readFileSync(join(root, path), 'utf8')]))
}

const before = readGenerated()
execFileSync(process.execPath, [join(root, 'scripts/generate.ts')], { stdio: 'inherit' })
const after = readGenerated()
const stale = [...new Set([...before.keys(), ...after.keys()])].filter(path => before.get(path) !== after.get(path))
for (const path of stale) process.stdout.write(`${path}: was not up to date; it is now, commit it\n`)
if (after.size === 0) process.stdout.write('nothing was generated\n')
process.exitCode = stale.length > 0 || after.size === 0 ? 1 : 0
