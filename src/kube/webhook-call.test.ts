import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { createServer as createTls, type TLSSocket } from 'node:tls'
import { afterEach, expect, it } from '@jest/globals'
import { newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import { callWebhook, WebhookError } from './webhook-call.ts'

// What answers at the address of an interpreter may be anything.

const authority = newCertificateAuthority('interpreters')
const certificate = newCertificate({ name: 'webhook', issuer: authority })
const closing: (() => void)[] = []

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** A server that speaks TLS and answers each question with `answer`. @returns its address */
async function serve(answer: (socket: TLSSocket) => void): Promise<string> {
  const server = createTls(certificate, socket => {
    closing.push(() => socket.destroy())
    socket.on('error', () => undefined)
    socket.once('data', () => answer(socket))
  })
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

const ok = (body: string, headers = ''): string =>
  `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n${headers}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

interface Row {
  readonly name: string
  readonly answer: (socket: TLSSocket) => void
  readonly want: RegExp
  /** Default: far more than an answer takes on a busy machine. */
  readonly timeoutMs?: number
}

it.each<Row>([
  { name: 'no HTTP', answer: socket => socket.end('SSH-2.0\r\n'), want: /Parse Error/ },
  { name: 'nothing', answer: socket => socket.end(), want: /hang up|reset/i },
  { name: 'no JSON', answer: socket => socket.end(ok('{"a":')), want: /its answer is no JSON/ },
  { name: 'a deep nesting', answer: socket => socket.end(ok('['.repeat(100_000))), want: /its answer is no JSON/ },
  { name: 'half of what it announces', answer: socket => socket.end(ok('{"a":1}').slice(0, -3)), want: /aborted/ },
  {
    name: 'a packed body, which is not unpacked',
    answer: socket => socket.end(ok('\u001f\u008b\b', 'content-encoding: gzip\r\n')),
    want: /its answer is no JSON/,
  },
  {
    name: 'a redirect, which is not followed',
    answer: socket => socket.end('HTTP/1.1 307 Go\r\nlocation: https://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n'),
    want: /it answers with status 307/,
  },
  {
    name: 'another protocol',
    answer: socket => socket.write('HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n'),
    want: /it answers with another protocol/,
  },
  {
    name: 'hints without end',
    answer: socket => drip(socket, 'HTTP/1.1 103 Hint\r\n\r\n'),
    want: /no answer within/,
    timeoutMs: 400,
  },
  {
    name: 'a header without end',
    answer: socket => socket.write(`HTTP/1.1 200 OK\r\nx: ${'x'.repeat(100_000)}`),
    want: /Header overflow/,
  },
  {
    name: 'a body that trickles',
    answer: socket => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n')
      drip(socket, ' ')
    },
    want: /no answer within 400 ms/,
    timeoutMs: 400,
  },
])('tells of a server that answers with $name', async ({ answer, want, timeoutMs = 30_000 }) => {
  const call = callWebhook({ url: await serve(answer), ca: authority.cert, timeoutMs }, { a: 1 })
  await expect(call).rejects.toThrow(WebhookError)
  await expect(call).rejects.toThrow(want)
})

it('tells of a server that speaks no TLS', async () => {
  const server = createServer(socket => void socket.on('error', () => undefined).end('hello\r\n'))
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  closing.push(() => server.close())
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/`
  await expect(callWebhook({ url, timeoutMs: 30_000 }, {})).rejects.toThrow(WebhookError)
})

function drip(socket: TLSSocket, text: string): void {
  const timer = setInterval(() => (socket.destroyed ? clearInterval(timer) : socket.write(text)), 20)
  closing.push(() => clearInterval(timer))
}
