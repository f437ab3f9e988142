import { describe, expect, it } from '@jest/globals'
import { compareNames, namesIn, REFERENCE_PAGES } from './reference-names.ts'

describe('namesIn', () => {
  it('finds codes, also when the formatter put them on a line of their own', () => {
    const pattern = REFERENCE_PAGES[0]?.pattern ?? /$^/g
    const texts = ["new ReconcileError('One', 'a')", "new ReconcileError(\n  'Two',\n  text)"]
    expect([...namesIn(texts, pattern)]).toEqual(['One', 'Two'])
  })
})

describe('compareNames', () => {
  it('tells what a page lacks and what it has too much', () => {
    const page = '| code | retry |\n|---|---|\n| `One` | backoff |\n| `Old` | never |\n'
    expect(compareNames('errors.md', page, new Set(['One', 'Two']))).toEqual([
      'errors.md: does not list Two',
      'errors.md: lists Old, which is not in src/',
    ])
  })

  it('takes a flag without its argument', () => {
    expect(compareNames('flags.md', '| `--config <file>` | … |', new Set(['--config']))).toEqual([])
  })
})
