import { describe, expect, it } from '@jest/globals'
import type { ListPage } from './client.ts'
import { listPages, type PageQuery } from './list-pages.ts'
import { TransportError } from './status-error.ts'

/** A list of so many objects, of which a page may hold as much as `most` says of the first. */
function server(count: number, most: (from: number) => number) {
  const asked: number[] = []
  const ask = async ({ limit, continue: next = '0' }: PageQuery): Promise<ListPage> => {
    const from = Number(next)
    asked.push(limit)
    if (limit > most(from)) throw new TransportError('too-large', 'its answer is larger than allowed')
    const to = Math.min(count, from + limit)
    const items = Array.from({ length: to - from }, (_, index) => named(from + index))
    return { items, resourceVersion: '7', ...(to < count && { continue: `${to}` }) }
  }
  return { ask, asked }
}

const named = (index: number) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: `${index}` } })

async function namesOf(pages: AsyncIterable<ListPage>): Promise<readonly string[]> {
  const names: string[] = []
  for await (const { items } of pages) names.push(...items.map(({ metadata }) => metadata.name))
  return names
}

describe('the pages of a list', () => {
  it.each<{ name: string; count: number; most: (from: number) => number; asked: readonly number[] }>([
    { name: 'are as large as is asked for', count: 5, most: () => 8, asked: [8] },
    { name: 'follow each other', count: 20, most: () => 8, asked: [8, 8, 8] },
    { name: 'are smaller where they do not fit', count: 8, most: () => 2, asked: [8, 4, 2, 3, 2, 3, 2, 3, 2] },
    {
      name: 'are smaller only there',
      count: 40,
      most: from => (from === 8 ? 2 : 8),
      asked: [8, 8, 4, 2, 3, 4, 5, 7, 8, 8],
    },
  ])('$name', async ({ count, most, asked }) => {
    const { ask, asked: seen } = server(count, most)
    const names = Array.from({ length: count }, (_, index) => `${index}`)
    expect(await namesOf(listPages(ask, { pageSize: 8 }))).toEqual(names)
    expect(seen).toEqual(asked)
    const ahead = server(count, most)
    expect(await namesOf(listPages(ahead.ask, { pageSize: 8, readAhead: true }))).toEqual(names)
    expect(ahead.asked).toEqual(asked)
  })

  it('end when a single object does not fit', async () => {
    const { ask, asked } = server(8, () => 0)
    await expect(namesOf(listPages(ask, { pageSize: 8 }))).rejects.toThrow('larger than allowed')
    expect(asked).toEqual([8, 4, 2, 1])
  })

  it('are asked for before the last one is worked on, where that is wanted', async () => {
    const { ask, asked } = server(24, () => 8)
    const before: number[] = []
    for await (const _ of listPages(ask, { pageSize: 8, readAhead: true })) before.push(asked.length)
    expect(before).toEqual([2, 3, 3])
    for await (const _ of listPages(ask, { pageSize: 8 })) before.push(asked.length)
    expect(before.slice(3)).toEqual([4, 5, 6])
  })

  it('may be left while the next one is on its way, and fails', async () => {
    const { ask } = server(24, from => (from === 0 ? 8 : 0))
    for await (const page of listPages(ask, { pageSize: 8, readAhead: true })) {
      expect(page.items).toHaveLength(8)
      break
    }
    // A rejection that nobody handles would end the test run.
    await new Promise(setImmediate)
  })

  it('end with any other failure', async () => {
    const ask = async (): Promise<ListPage> => {
      throw new TransportError('reset', 'the connection broke')
    }
    await expect(namesOf(listPages(ask, { pageSize: 8 }))).rejects.toThrow('the connection broke')
  })
})
