import { execFile } from 'node:child_process'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Resource } from '../api/kinds.ts'
import { newCertificate, newCertificateAuthority } from '../testing/certificates.ts'
import type { Client } from './client.ts'
import { exec } from './exec.ts'
import { newClient } from './new-client.ts'
import type { ServerConfig } from './server-config.ts'
import { callWebhook } from './webhook-call.ts'

// A member that sends us elsewhere: two real HTTPS servers, both of which we would trust. No control plane is needed.

const CASE_TIMEOUT_MS = 60_000
const CONFIG_MAP: Resource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps', namespaced: true }
const KEY = { namespace: 'default', name: 'a' }
const OBJECT = { apiVersion: 'v1', kind: 'ConfigMap', metadata: KEY }
const TOKEN = 'hush-hush-token'

const authority = newCertificateAuthority('the CA')
const identity = newCertificate({ name: 'apiserver', issuer: authority })
const closing: (() => void)[] = []
/** What reached the server that nobody named. */
const strayed: string[] = []
let elsewhere = ''
let redirecting = ''
let status = 302

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(identity, listener)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  // A listener for WebSockets as well: without one they would end by themselves.
  server.on('upgrade', (request, socket) => {
    const { port } = server.address() as AddressInfo
    if (elsewhere.endsWith(`:${port}`)) strayed.push(`${request.method} ${request.url}`)
    socket.end(`HTTP/1.1 ${status} Elsewhere\r\nlocation: ${elsewhere}${request.url}\r\ncontent-length: 0\r\n\r\n`)
  })
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`
}

beforeAll(async () => {
  elsewhere = await serve((request, response) => {
    strayed.push(`${request.method} ${request.url} ${request.headers.authorization ?? ''}`)
    response.setHeader('content-type', 'application/json').end(JSON.stringify(OBJECT))
  })
  redirecting = await serve((request, response) => {
    request.resume()
    response.writeHead(status, { location: `${elsewhere}${request.url}` }).end()
  })
})

afterAll(() => {
  for (const close of closing) close()
})

const configOf = (server: string): ServerConfig => ({
  name: 'm',
  server,
  caPem: authority.cert,
  token: { type: 'static', token: TOKEN },
})

async function firstEvent(client: Client): Promise<unknown> {
  for await (const event of client.watch(CONFIG_MAP, {}, { resourceVersion: '1' })) return event
  return undefined
}

const ACTS: readonly (readonly [what: string, act: (client: Client) => Promise<unknown>])[] = [
  ['a read', client => client.get(CONFIG_MAP, KEY)],
  ['a list', client => client.list(CONFIG_MAP)],
  ['a watch', firstEvent],
  ['an apply', client => client.apply(CONFIG_MAP, OBJECT)],
  ['a patch', client => client.patch(CONFIG_MAP, KEY, { type: 'merge', body: { data: { a: 'b' } } })],
  ['a creation', client => client.create(CONFIG_MAP, OBJECT)],
  ['a deletion', client => client.delete(CONFIG_MAP, KEY)],
  ['a look at its health', client => client.probe('/readyz').then(answer => Promise.reject(answer))],
  ['discovery', client => client.request('GET', '/apis')],
]

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

describe('a redirect of a member', () => {
  it.each(ACTS)(
    'is not followed by %s, and no token goes to the other host',
    async (_, act) => {
      for (status of [300, 301, 302, 303, 307, 308]) {
        const client = newClient(configOf(redirecting))
        const failure = await failureOf(act(client))
        await client.close()
        expect(failure).toMatchObject({ kind: 'redirect' })
        expect(JSON.stringify(failure) + String(failure)).not.toContain(TOKEN)
      }
      expect(strayed).toEqual([])
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is not followed by a session in a Pod',
    async () => {
      status = 302
      const options = { pod: KEY, container: 'c', command: ['id'], stdin: false, tty: false }
      const streams = { stdout: () => undefined, stderr: () => undefined }
      const session = exec(configOf(redirecting), { ...options, signal: AbortSignal.timeout(30_000) }, streams)
      expect(await failureOf(session)).toBeInstanceOf(Error)
      expect(strayed).toEqual([])
    },
    CASE_TIMEOUT_MS,
  )

  it('is not followed by a question to a server of interpreters either', async () => {
    status = 307
    const question = callWebhook({ url: redirecting, ca: authority.cert, timeoutMs: 30_000 }, { a: 1 })
    expect(await failureOf(question)).toMatchObject({ message: expect.stringContaining('status 307') })
    expect(strayed).toEqual([])
  })

  it('would be heard of: the other server answers who asks it', async () => {
    const client = newClient(configOf(elsewhere))
    await client.get(CONFIG_MAP, KEY)
    await client.close()
    expect(strayed.splice(0)).toEqual([`GET /api/v1/namespaces/default/configmaps/a Bearer ${TOKEN}`])
  })
})

describe('the way to a server', () => {
  /** In a Node of its own, whose environment is real. */
  const ask = (env: Readonly<Record<string, string>>): Promise<{ readonly stdout: string }> => {
    const script = `
      import { newClient } from ${JSON.stringify(join(import.meta.dirname, 'new-client.ts'))}
      import { callWebhook } from ${JSON.stringify(join(import.meta.dirname, 'webhook-call.ts'))}
      const client = newClient(${JSON.stringify(configOf(elsewhere))})
      const object = await client.get(${JSON.stringify(CONFIG_MAP)}, ${JSON.stringify(KEY)})
      await client.close()
      const answer = await callWebhook(${JSON.stringify({ url: elsewhere, ca: authority.cert, timeoutMs: 30_000 })}, {})
      console.log(object.kind, answer.kind)
      process.exit()`
    return promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], { env })
  }

  it(
    'goes through no proxy that only the environment names',
    async () => {
      const asked: string[] = []
      const proxy = createHttpServer((request, response) => {
        asked.push(`${request.method} ${request.url}`)
        response.writeHead(502).end()
      })
      proxy.on('connect', (request, socket) => {
        asked.push(`CONNECT ${request.url}`)
        socket.destroy()
      })
      await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve))
      closing.push(() => proxy.close())
      const url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
      const names = ['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy']
      const env = { ...Object.fromEntries(names.map(name => [name, url])), NODE_USE_ENV_PROXY: '1' }
      expect((await ask(env)).stdout).toBe('ConfigMap ConfigMap\n')
      expect(asked).toEqual([])
      strayed.length = 0
    },
    CASE_TIMEOUT_MS,
  )
})

describe('an address that somebody else chose', () => {
  it.each([
    ['link-local', 'https://169.254.169.254'],
    ['a number that is one', 'https://2852039166'],
    ['link-local of IPv6', 'https://[fe80::1]:6443'],
    ['one that is mapped', 'https://[::ffff:169.254.169.254]'],
  ])('is not dialled: %s', async (_, server) => {
    const client = newClient({ ...configOf(server), refuseReservedAddresses: true })
    expect(await failureOf(client.get(CONFIG_MAP, KEY))).toMatchObject({ kind: 'reserved' })
    await client.close()
  })

  it.each([
    ['a name that leads there', { server: 'https://metadata.example' }],
    ['a proxy there', { server: 'https://m.example', proxyUrl: 'http://169.254.169.254:80' }],
    ['a SOCKS proxy there', { server: 'https://m.example', proxyUrl: 'socks5://169.254.169.254' }],
    ['a proxy whose name leads there', { server: 'https://m.example', proxyUrl: 'http://metadata.example' }],
    ['it behind a proxy', { server: 'https://169.254.169.254', proxyUrl: 'http://127.0.0.1:1' }],
  ])('is not dialled: %s', async (_, config) => {
    const found = [{ address: '169.254.169.254', family: 4 }]
    const client = newClient(
      { ...configOf(config.server), ...config, refuseReservedAddresses: true },
      { lookup: (_name, { all }, callback) => (all ? callback(null, found) : callback(null, '169.254.169.254', 4)) },
    )
    const failure = await failureOf(client.get(CONFIG_MAP, KEY))
    expect(String(failure)).toContain('link-local or of a metadata service, which is never dialled')
    await client.close()
  })
})
