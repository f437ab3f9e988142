import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Folders that generators write to; crds/ holds the sources too, which they leave alone. */
export const GENERATED_FOLDERS: readonly string[] = ['src/api/generated', 'crds']

/** @returns the generators' paths in their order: every scripts/generate-*.ts, by name. */
export function listGenerators(root: string): readonly string[] {
  return globSync('scripts/generate-*.ts', { cwd: root })
    .filter(path => !basename(path).endsWith('.test.ts'))
    .sort()
    .map(path => join(root, path))
}
