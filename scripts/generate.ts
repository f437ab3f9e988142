// Runs every generator: each scripts/generate-*.ts is a program of its own.
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { listGenerators } from './generators.ts'

for (const path of listGenerators(join(import.meta.dirname, '..'))) {
  execFileSync(process.execPath, [path], { stdio: 'inherit' })
}
