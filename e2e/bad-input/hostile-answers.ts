import { constants, type Http2ServerResponse } from 'node:http2'
import { gzipSync } from 'node:zlib'
import type { Random } from '../soak/random.ts'
import { nastyMap, nastyText, nastyValue } from './nasty-values.ts'

/** That of HTTP/1.1 is used alike; it has no `stream`. */
export type Response = Http2ServerResponse

/** What is asked, and how the answer is given. */
export interface Asked {
  readonly response: Response
  readonly random: Random
  readonly path: string
  readonly isWatch: boolean
  /** Where a redirect leads to. */
  readonly elsewhere: string
}

/** One way to answer that no apiserver has. */
export type HostileAnswer = (asked: Asked) => void

const MEBI = 1024 * 1024
const JSON_TYPE = { 'content-type': 'application/json' }
const LIST = { apiVersion: 'v1', kind: 'List', metadata: { resourceVersion: '1' } }

const send =
  (body: (asked: Asked) => unknown, status = 200): HostileAnswer =>
  asked => {
    const given = body(asked)
    const text =
      typeof given === 'string' ? given : JSON.stringify(asked.isWatch ? { type: 'ADDED', object: given } : given)
    if (asked.response.destroyed) return
    asked.response.writeHead(status, JSON_TYPE)
    asked.response.end(`${text}\n`)
  }

const listed = (random: Random, item: unknown): unknown => ({
  ...LIST,
  items: random.happens(0.5) ? [item] : [item, item],
})
const named = (metadata: object): object => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'x', ...metadata },
})

/** Each by a name that a failing case prints. */
export const HOSTILE_ANSWERS: Readonly<Record<string, HostileAnswer>> = {
  'no JSON': send(({ random }) => nastyText(random).repeat(100)),
  'half a JSON': send(({ random }) => JSON.stringify({ ...LIST, items: [nastyMap(random)] }).slice(0, -5)),
  nothing: send(() => ''),
  'any JSON': send(({ random }) => nastyValue(random)),
  'any object': send(({ random }) => ({ ...nastyMap(random), ...nastyMap(random) })),
  'a list of anything': send(({ random }) => listed(random, nastyValue(random))),
  'a list whose items are no list': send(({ random }) => ({ ...LIST, items: nastyValue(random, 1) })),
  'a list in a list': send(({ random }) => listed(random, listed(random, LIST))),
  'objects without metadata': send(({ random }) =>
    listed(random, { apiVersion: 'v1', kind: 'Pod', metadata: nastyValue(random, 2) }),
  ),
  'objects of other kinds': send(({ random }) =>
    listed(random, { ...named({ resourceVersion: '5' }), kind: nastyText(random) }),
  ),
  'names beyond all limits': send(({ random }) =>
    listed(random, named({ name: nastyText(random).repeat(5000), namespace: '../..' })),
  ),
  'versions that are none': send(({ random }) => ({
    ...LIST,
    metadata: { resourceVersion: random.pick(VERSIONS) },
    items: [named({ resourceVersion: random.pick(VERSIONS) })],
  })),
  'the same key twice': send(
    () => '{"kind":"List","kind":7,"metadata":{"resourceVersion":"1","resourceVersion":{}},"items":[],"items":null}',
  ),
  'a key called __proto__': send(
    () =>
      `{"__proto__":{"polluted":true},"kind":"List","metadata":{"resourceVersion":"1","__proto__":{"polluted":true}},"items":[{"metadata":{"name":"x","labels":{"__proto__":"a","constructor":"b"}}}]}`,
  ),
  'numbers without end': send(
    () =>
      `{"kind":"List","metadata":{"resourceVersion":"1","remainingItemCount":1e999},"items":[{"metadata":{"name":"x","generation":${'9'.repeat(400)}}}]}`,
  ),
  'a deep nesting': send(({ random }) => (random.happens(0.5) ? '['.repeat(100_000) : '{"a":'.repeat(100_000))),
  'a page that is followed by itself': send(() => ({
    ...LIST,
    metadata: { resourceVersion: '1', continue: 'again' },
    items: [named({})],
  })),
  'a Status of anything': send(
    ({ random }) => ({
      kind: 'Status',
      apiVersion: 'v1',
      ...nastyMap(random),
      code: random.pick(CODES),
      message: 'x\n\u001b[31m'.repeat(10_000),
      details: nastyValue(random),
    }),
    500,
  ),
  'another code': asked =>
    send(
      ({ random }) => ({ kind: 'Status', code: nastyValue(random), reason: nastyText(random) }),
      asked.random.pick(CODES),
    )(asked),
  'a web page': ({ response }) =>
    void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>\u001b[2J</html>'),
  'another form of data': ({ response }) =>
    void response
      .writeHead(200, { 'content-type': 'application/vnd.kubernetes.protobuf' })
      .end(Buffer.from([0x6b, 0x38, 0x73, 0, 1, 2, 255])),
  'a packed body': ({ response }) =>
    void response.writeHead(200, { ...JSON_TYPE, 'content-encoding': 'gzip' }).end(PACKED),
  'a redirect': ({ response, random, elsewhere }) =>
    void response.writeHead(random.pick([301, 302, 307, 308]), { location: elsewhere }).end(),
  'a body without end': ({ response }) => flood(response, ['{"a":"', 'x'.repeat(64 * 1024)]),
  'values without end': ({ response }) => flood(response, ['{"items":[', '{},'.repeat(16 * 1024)]),
  'lines without end': ({ response }) =>
    flood(
      response,
      ['', `${JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: '7' } } })}\n`.repeat(500)],
      8 * MEBI,
    ),
  'objects without end': ({ response, isWatch }) => {
    const event = (at: number): string =>
      JSON.stringify({ type: 'ADDED', object: named({ name: `x${at}`, resourceVersion: '7' }) })
    const events = Array.from({ length: 20_000 }, (_, at) => `${event(at)}\n`).join('')
    response.writeHead(200, JSON_TYPE).end(isWatch ? events : JSON.stringify({ ...LIST, items: [] }))
  },
  'events of anything': send(({ random }) =>
    Array.from({ length: 20 }, () => JSON.stringify({ type: random.pick(EVENTS), object: nastyValue(random) })).join(
      '\n',
    ),
  ),
  'a body that breaks off': ({ response }) => {
    response.writeHead(200, JSON_TYPE)
    response.write('{"kind":"List","metadata":{', () => abandon(response))
  },
  'a body that trickles': ({ response }) => trickle(response),
  'no answer': ({ response }) => void setTimeout(() => abandon(response), 3000),
  'a hint before the answer': asked => {
    // Who asked may have gone since.
    if (asked.response.stream?.destroyed === true) return
    asked.response.writeEarlyHints({ link: '</a>; rel=preload' })
    send(() => LIST)(asked)
  },
  'a header beyond all limits': ({ response }) =>
    void response.writeHead(200, { ...JSON_TYPE, 'x-long': 'x'.repeat(60_000) }).end('{}'),
  'waits that are none': ({ response, random }) =>
    void response.writeHead(429, { 'retry-after': random.pick(['-1', '1e9', 'soon', '99999999999', '']) }).end('busy'),
  'a reset': ({ response }) => abandon(response),
  'a farewell': asked => {
    const session = streamOf(asked.response)?.session
    session?.goaway(asked.random.pick([0, 2, 11]))
    send(() => LIST)(asked)
  },
}

const VERSIONS: readonly unknown[] = ['', '-1', '0', 'abc', '9'.repeat(40), '1e5', 'x'.repeat(100_000), 7, null]
const CODES: readonly number[] = [
  200, 201, 204, 206, 299, 304, 400, 401, 403, 404, 409, 410, 418, 422, 429, 451, 500, 503, 599,
]
const EVENTS: readonly string[] = [
  'ADDED',
  'MODIFIED',
  'DELETED',
  'BOOKMARK',
  'ERROR',
  'added',
  '',
  '__proto__',
  'constructor',
]
/** A thousand times as much, once it is unpacked. */
const PACKED = gzipSync(Buffer.alloc(64 * MEBI, '['))

/** Sends until `mostBytes`, as fast as it is taken. */
function flood(response: Response, [start, more]: readonly [string, string], mostBytes = 256 * MEBI): void {
  response.writeHead(200, JSON_TYPE)
  response.write(start)
  const chunk = Buffer.from(more)
  let sent = 0
  const on = (): void => {
    while (!response.destroyed && sent < mostBytes) {
      sent += chunk.length
      if (!response.write(chunk)) return void response.once('drain', on)
    }
    if (!response.destroyed) response.end()
  }
  on()
}

/** One byte after the other, for some seconds. */
function trickle(response: Response): void {
  response.writeHead(200, JSON_TYPE)
  let left = 60
  const timer = setInterval(() => {
    if (--left === 0 || response.destroyed) {
      clearInterval(timer)
      abandon(response)
    } else response.write('{')
  }, 50)
}

/** Ends the stream as a connection does that breaks. */
export function abandon(response: Response): void {
  const stream = streamOf(response)
  if (stream === undefined) response.destroy()
  else if (!stream.destroyed) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
}

/** @returns undefined for an answer by HTTP/1.1. */
function streamOf(response: Response): Response['stream'] | undefined {
  return 'stream' in response ? response.stream : undefined
}
