import { createSecureServer } from 'node:http2'
import { createServer as createHttp1 } from 'node:https'
import type { AddressInfo } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from '@jest/globals'
import { eventually } from '../testing/apiserver-client.ts'
import { newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import { Cancellation } from './cancellation.ts'
import type { Connection } from './connection.ts'
import { newDialProgress } from './dial-progress.ts'
import { parseEndpoint } from './endpoint.ts'
import { newOpener } from './open-connection.ts'
import { type Attempt, receiveAll, receiveStream } from './receive.ts'
import { resolveLimits } from './server-config.ts'
import { systemTiming } from './timing.ts'
import { readWatch } from './watch.ts'

const CASE_TIMEOUT_MS = 60_000
const PIECES = 40_000
/** Objects of a hundred bytes for each of them would be as much; the heap itself moves by less. */
const MOST_KEPT_BYTES = 4_000_000
const closing: (() => void)[] = []

/** What the answers of both protocols have in common. */
interface Response {
  readonly destroyed: boolean
  writeHead(statusCode: number, headers: Readonly<Record<string, string>>): unknown
  write(chunk: string, done: () => void): unknown
}

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

afterEach(() => {
  for (const close of closing.splice(0).toReversed()) close()
})

function usedBytes(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

function drip(_request: unknown, response: Response): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  let left = PIECES
  // Each by itself: what is written at once would go out as one frame.
  const next = (): void => {
    if (left-- > 0 && !response.destroyed) response.write('x', next)
  }
  next()
}

/** A connection to a server that answers with bytes one by one and comes to no end, and what has come of them. */
async function connectToDrip(protocol: 'h2' | 'http/1.1') {
  const issuer = newCertificateAuthority('the CA')
  const certificate = newCertificate({ name: 'drip', issuer })
  const server = protocol === 'h2' ? createSecureServer(certificate, drip) : createHttp1(certificate, drip)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  // A server of ours has an address with a port.
  const { port } = server.address() as AddressInfo
  const config = { name: 'm', server: `https://127.0.0.1:${port}`, caPem: issuer.cert }
  const opening = { config, endpoint: parseEndpoint(config), where: 'm', userAgent: 'test' }
  const tools = { limits: resolveLimits(), timing: systemTiming, progress: newDialProgress() }
  const connection = await newOpener({ ...opening, ...tools }, 1)(new AbortController().signal)
  closing.push(() => connection.close())
  return counted(connection)
}

function counted(connection: Connection) {
  const came = { bytes: 0, pieces: 0 }
  const start: Connection['start'] = (request, authorization, sink) =>
    connection.start(request, authorization, {
      onHead: head => sink.onHead(head),
      onData: chunk => {
        came.bytes += chunk.length
        came.pieces++
        sink.onData(chunk)
      },
      onEnd: () => sink.onEnd(),
      onError: error => sink.onError(error),
    })
  const attempt: Attempt = {
    connection: { ...connection, start },
    request: { method: 'GET', path: '/' },
    authorization: undefined,
    cancellation: new Cancellation(),
    where: 'm',
  }
  return { attempt, came }
}

const READERS: Readonly<Record<string, (attempt: Attempt) => Promise<unknown>>> = {
  'a whole answer': attempt => receiveAll(attempt, 2 * PIECES),
  'an answer that nobody reads yet': attempt => receiveStream(attempt),
  'an event of a watch': async attempt => {
    const stream = await receiveStream(attempt)
    for await (const _ of readWatch(stream, { where: 'm', maxEventBytes: 2 * PIECES }));
  },
}

describe.each(['h2', 'http/1.1'] as const)('bytes that come one by one over %s', protocol => {
  it.each(Object.keys(READERS))(
    'take little more memory than they are, as %s',
    async name => {
      const { attempt, came } = await connectToDrip(protocol)
      const beforeBytes = usedBytes()
      const reading = READERS[name]?.(attempt)
      reading?.catch(() => undefined)
      await eventually(() => came.bytes === PIECES)
      expect(came.pieces).toBeGreaterThan(PIECES / 2)
      expect(usedBytes() - beforeBytes).toBeLessThan(MOST_KEPT_BYTES)
    },
    CASE_TIMEOUT_MS,
  )
})
