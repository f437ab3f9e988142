import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { hasTitle, readThreatModel } from './threat-model.ts'

const PAGE = join(import.meta.dirname, '..', 'docs', 'reference', 'threat-model.md')
/** In parts, so that this file is not taken for one that skips something. */
const SKIP = 'skip'
const { claims, bare } = readThreatModel(readFileSync(PAGE, 'utf8'))

describe('docs/reference/threat-model.md', () => {
  it('has a test for every claim', () => expect(bare).toEqual([]))

  it('says nothing twice', () => {
    const texts = claims.map(({ text }) => text)
    expect(texts.length).toBeGreaterThan(40)
    expect(new Set(texts).size).toBe(texts.length)
  })

  it.each(claims)('line $line: $words', ({ test, words }) => {
    const path = join(dirname(PAGE), test)
    expect(existsSync(path)).toBe(true)
    expect(hasTitle(readFileSync(path, 'utf8'), words)).toBe(true)
  })
})

describe('a claim', () => {
  it('is a point that ends with its test, on one line or several', () => {
    const page =
      '# A\n## Template authors\n- It is so. [words](../a.test.ts)\n- It goes\n  on and on. [more\n  words](../b.test.ts)\n'
    expect(readThreatModel(page)).toEqual({
      claims: [
        { text: 'It is so.', words: 'words', test: '../a.test.ts', line: 3 },
        { text: 'It goes on and on.', words: 'more words', test: '../b.test.ts', line: 4 },
      ],
      bare: [],
    })
  })

  it.each([
    ['without a test', '- It is so.'],
    ['with a link to something else', '- It is so. [words](../a.md)'],
    ['with words after the test', '- It is so. [words](../a.test.ts), mostly.'],
  ])('%s is found', (_, point) => expect(readThreatModel(`## Members\n${point}\n`).bare).toEqual([2]))

  it('is none in the sections that only describe', () =>
    expect(readThreatModel('## Assets\n- a\n## Accepted risks\n- b\n')).toEqual({ claims: [], bare: [] }))
})

describe('hasTitle', () => {
  it.each([
    ["it('does not follow', () => 1)", 'does not', true],
    ['it("a member\'s own", () => 1)', "member's own", true],
    ["it('a member\\'s own', () => 1)", "member's own", true],
    ['// does not follow', 'does not', false],
    [`it.${SKIP}('does not follow', () => 1)`, 'does not', false],
    [`describe.${SKIP}.each([1])('does not follow', () => 1)`, 'does not', false],
    [`x${'it'}(\n  'does not follow', () => 1)`, 'does not', false],
    ["it('follows', () => 1)", 'does not', false],
  ])('%s has %j: %j', (source, words, wanted) => expect(hasTitle(source, words)).toBe(wanted))
})
