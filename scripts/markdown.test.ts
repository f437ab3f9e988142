import { describe, expect, it } from '@jest/globals'
import { anchorsOf, linksOf } from './markdown.ts'

describe('linksOf', () => {
  it('gives links and pictures within the repository', () => {
    const text = 'See [a](docs/a.md) and ![b](b.svg "title"), not [c](https://example.com), [d](mailto:a@example.com).'
    expect(linksOf(text)).toEqual(['docs/a.md', 'b.svg'])
  })

  it('leaves out what stands in code', () => {
    expect(linksOf('`[a](b)`\n\n```ts\n[c](d)\n```\n[e](f.md#g)')).toEqual(['f.md#g'])
  })
})

describe('anchorsOf', () => {
  it('makes anchors of headings and not of comments in code', () => {
    const text = '# A plugin, a `kind`\n\n```sh\n# not this\n```\n\n## Two  words\n'
    expect([...anchorsOf(text)]).toEqual(['a-plugin-a-kind', 'two--words'])
  })
})
