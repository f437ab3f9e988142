import { createServer, type Server } from 'node:http'
import type { AddressInfo, LookupFunction } from 'node:net'
import { afterEach, describe, expect, it } from '@jest/globals'
import { newClient } from './new-client.ts'
import { newSharedLookup } from './shared-lookup.ts'
import { systemTiming } from './timing.ts'

/** A resolver that answers when the test says so. */
function resolver(limit = 8) {
  const asked: string[] = []
  const waiting = new Map<string, () => void>()
  let nowMs = 0
  const lookup = newSharedLookup({
    limit,
    timing: { monotonicMs: () => nowMs },
    resolve: (name, _options, callback) => {
      asked.push(name)
      waiting.set(name, () => callback(null, [{ address: '127.0.0.1', family: 4 }]))
    },
  })
  return {
    lookup,
    asked,
    answer: (name: string, afterMs = 0) => {
      nowMs += afterMs
      waiting.get(name)?.()
    },
  }
}

const look = (lookup: LookupFunction, name: string) =>
  new Promise(resolve => void lookup(name, { all: true }, (_error, addresses) => void resolve(addresses)))
const names = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}.example`)

describe('names that nobody answers', () => {
  it('are looked up once however many dial them', async () => {
    const { lookup, asked, answer } = resolver()
    const both = [look(lookup, 'a'), look(lookup, 'a')]
    expect(asked).toEqual(['a'])
    answer('a')
    expect(await Promise.all(both)).toEqual(Array(2).fill([{ address: '127.0.0.1', family: 4 }]))
  })

  it('leave lookups to names that answered before', () => {
    const { lookup, asked, answer } = resolver(8)
    void look(lookup, 'well')
    answer('well')
    for (const name of names('dead', 50)) void look(lookup, name)
    expect(asked).toHaveLength(1 + 6)
    void look(lookup, 'well')
    expect(asked.at(-1)).toBe('well')
  })

  it('and to new names, once they are known to be slow', () => {
    const { lookup, asked, answer } = resolver(8)
    const dead = names('dead', 6)
    for (const name of dead) void look(lookup, name)
    for (const name of dead) answer(name, 10_000)
    for (const name of dead) void look(lookup, name)
    expect(asked).toHaveLength(6 + 4)
    void look(lookup, 'new')
    expect(asked.at(-1)).toBe('new')
    answer('new')
    answer('dead0.example')
    expect(asked.slice(-2)).toEqual(['new', 'dead4.example'])
  })
})

it.each([
  { name: 'one address', options: {}, want: [null, '127.0.0.1', 4] },
  { name: 'of the family that is asked for', options: { family: 4 }, want: [null, '127.0.0.1', 4] },
  { name: 'all addresses', options: { all: true }, want: [null, [{ address: '127.0.0.1', family: 4 }]] },
  {
    name: 'none of another family',
    options: { family: 6 },
    want: [expect.objectContaining({ code: 'ENOTFOUND' }), '', 0],
  },
])('gives $name', ({ options, want }) => {
  const { lookup, answer } = resolver()
  const answers: unknown[] = []
  lookup('a', options, (...given) => void answers.push(given))
  answer('a')
  expect(answers).toEqual([want])
})

describe('a client', () => {
  let server: Server | undefined
  afterEach(() => void server?.close())

  it('is connected while the names of forty others are looked up without an answer', async () => {
    server = createServer((_request, response) => response.setHeader('content-type', 'text/plain').end('ok'))
    await new Promise<void>(resolve => void server?.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    const lookup = newSharedLookup({
      limit: 4,
      timing: systemTiming,
      resolve: (name, _options, callback) => {
        if (name === 'well.example') callback(null, [{ address: '127.0.0.1', family: 4 }])
      },
    })
    const clientOf = (name: string) =>
      newClient({ name, server: `http://${name}:${port}`, insecureSkipTlsVerify: true }, { lookup })
    const others = names('dead', 40).map(clientOf)
    const well = clientOf('well.example')
    await look(lookup, 'well.example')
    for (const other of others) void other.probe('/readyz').catch(() => undefined)
    const reached = well.probe('/readyz')
    expect((await reached).statusCode).toBe(200)
    await Promise.all([well, ...others].map(client => client.close()))
  })
})
