import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from '@jest/globals'
import { KINDS } from './registry.ts'

const files = readdirSync(new URL('.', import.meta.url))
const sources = files.filter(file => !file.endsWith('.test.ts') && file !== 'registry.ts')

const reference = readFileSync('docs/reference/kinds.md', 'utf8')

function fileOf(kind: string): string {
  return `${kind.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-').toLowerCase()}.ts`
}

it('has every kind of this folder, each in the file of its name', () =>
  expect(KINDS.map(({ gvk }) => fileOf(gvk.kind)).toSorted()).toEqual(sources.toSorted()))

it.each(sources)('%s has a test beside it', file => expect(files).toContain(file.replace(/\.ts$/, '.test.ts')))

it('has each kind once', () => {
  const kinds = KINDS.map(({ gvk }) => JSON.stringify(gvk))
  expect(new Set(kinds).size).toBe(kinds.length)
})

it.each(KINDS.map(({ gvk }) => gvk.kind))('%s is in docs/reference/kinds.md', kind =>
  expect(reference).toContain(`\n| ${kind} |`),
)
