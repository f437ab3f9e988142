import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = join(import.meta.dirname, '..')
const read = (path: string): string => readFileSync(join(root, path), 'utf8')
const PERFORMANCE = read('docs/performance.md')
/** As text: to load them would load the operator and all that starts clusters. */
const DEFINED = globSync('bench/*.ts', { cwd: root })
  .filter(path => /^export const \w+: Question = \{$/m.test(read(path)))
  .map(path => basename(path, '.ts'))
  .sort()

describe('questions', () => {
  it('are found', () => expect(DEFINED).toContain('latency'))

  it.each(DEFINED)('%s has the name of its file, and is in the registry', name => {
    expect(read(`bench/${name}.ts`)).toContain(`name: '${name}',`)
    expect(read('bench/registry.ts')).toContain(` from './${name}.ts'`)
  })

  it.each(DEFINED)('%s has its section in docs/performance.md', name => {
    expect(PERFORMANCE.split('\n').includes(`### ${name}`)).toBe(true)
  })
})
