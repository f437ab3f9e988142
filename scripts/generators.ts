import { globSync } from 'node:fs'
import { basename, join } from 'node:path'

/** Files that generators write; crds/ holds the sources too, which they leave alone. */
export const GENERATED_FILES: readonly string[] = [
  'src/api/generated/**',
  'crds/**',
  'charts/flotilla/templates/{rbac,parking}/**',
  'charts/flotilla/{Chart.yaml,values*,files/dashboard.json}',
  'docs/reference/{chart,permissions}.md',
  'docs/performance.md',
  'docs/performance/*.svg',
]

/** @returns the generators' paths in their order: every scripts/generate-*.ts, by name. */
export function listGenerators(root: string): readonly string[] {
  return globSync('scripts/generate-*.ts', { cwd: root })
    .filter(path => !basename(path).endsWith('.test.ts'))
    .sort()
    .map(path => join(root, path))
}
