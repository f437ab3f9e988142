import { type ChildProcess, spawn } from 'node:child_process'
import { createServer as createHttp, type RequestListener } from 'node:http'
import { createServer as createHttps, type ServerOptions } from 'node:https'
import { type AddressInfo, connect, createServer as createTcp, type Server, type Socket } from 'node:net'
import { createServer as createTls } from 'node:tls'
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals'
import { newClient } from '../kube/new-client.ts'
import type { ServerConfig } from '../kube/server-config.ts'
import {
  type Certificate,
  type CertificateAuthority,
  newCertificate,
  newCertificateAuthority,
} from '../testing/certificates.ts'
import type { Diagnosis } from './status/diagnosis.ts'
import { probeHealth, readIdentity } from './status/probe.ts'

// What the address of a Cluster may lead to, each a real server: the reason and words that its conditions get. No control
// plane is needed, since none of these is one.

const CASE_TIMEOUT_MS = 60_000
const DAY_MS = 86_400_000
const SECRET_TOKEN = 'hush-hush'
const NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'kube-system', uid: 'u-1' } }

let authority: CertificateAuthority
let good: Certificate
const closing: (() => void)[] = []

beforeAll(() => {
  authority = newCertificateAuthority('the CA')
  good = newCertificate({ name: 'apiserver', issuer: authority })
})

afterEach(() => {
  for (const close of closing.splice(0)) close()
})

/** Looks at a server as the status controller does. */
async function look(
  config: Partial<ServerConfig> & Pick<ServerConfig, 'server'>,
  limits: { readonly timeoutMs?: number; readonly connectTimeoutMs?: number } = {},
): Promise<Diagnosis & { readonly id?: string }> {
  const client = newClient(
    { name: 'm', caPem: authority.cert, token: { type: 'static', token: SECRET_TOKEN }, ...config },
    { limits },
  )
  closing.push(() => void client.close())
  const request = { signal: new AbortController().signal, timeoutMs: limits.timeoutMs ?? 10_000 }
  const { outcome, diagnosis } = await probeHealth(client, request)
  if (outcome.type !== 'answered' || outcome.statusCode !== 200) return diagnosis
  const identity = await readIdentity(client, undefined, request)
  return identity.id === undefined ? identity.diagnosis : { ...diagnosis, id: identity.id }
}

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>()
  server.on('connection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.close()
    for (const socket of sockets) socket.destroy()
  })
  return (server.address() as AddressInfo).port
}

const https = async (listener: RequestListener, options: ServerOptions = {}): Promise<string> =>
  `https://127.0.0.1:${await listen(createHttps({ ...good, ...options }, listener))}`

const answer =
  (status: number, type: string, body: string): RequestListener =>
  (_, response) =>
    response.writeHead(status, { 'content-type': type }).end(body)

/** Healthy, and then `api` for the first word of the API. */
const healthy =
  (api: RequestListener): RequestListener =>
  (request, response) =>
    request.url === '/readyz' ? response.end('ok') : api(request, response)

const status = (code: number, reason: string, message: string): RequestListener =>
  answer(code, 'application/json', JSON.stringify({ kind: 'Status', apiVersion: 'v1', code, reason, message }))

interface Cause {
  readonly name: string
  readonly config: () => Promise<Partial<ServerConfig> & Pick<ServerConfig, 'server'>>
  readonly limits?: { readonly timeoutMs: number; readonly connectTimeoutMs?: number }
  readonly reason: string
  readonly words: RegExp
}

const withCertificate = (options: Partial<Parameters<typeof newCertificate>[0]>) => async () => ({
  server: await https(healthy(answer(200, 'application/json', '{}')), {
    ...newCertificate({ name: 'apiserver', issuer: authority, ...options }),
  }),
})

const TLS: readonly Cause[] = [
  {
    name: 'a certificate for another name',
    config: withCertificate({ for: ['other.example'] }),
    reason: 'CertificateNameMismatch',
    words:
      /for another name \(ERR_TLS_CERT_ALTNAME_INVALID\): it is for DNS:other\.example\. Use an address that the certificate names/,
  },
  {
    name: 'a certificate of an unknown CA',
    config: async () => withCertificate({ issuer: newCertificateAuthority('somebody else') })(),
    reason: 'CertificateAuthorityUnknown',
    words: /not signed by the given CA \([A-Z_]+\): it was issued by "somebody else"\. Put the apiserver's CA/,
  },
  {
    name: 'a certificate that signs itself',
    config: async () => {
      const { cert, key } = newCertificate({ name: 'self' })
      return { server: await https(answer(200, 'text/plain', 'ok'), { cert, key }) }
    },
    reason: 'CertificateAuthorityUnknown',
    words: /DEPTH_ZERO_SELF_SIGNED_CERT/,
  },
  {
    name: 'a certificate that has expired',
    config: withCertificate({ validFrom: new Date(0), validTo: new Date(DAY_MS) }),
    reason: 'CertificateExpired',
    words: /has expired \(CERT_HAS_EXPIRED\): it was valid until 1970-01-02T00:00:00Z\. Renew the certificate/,
  },
  {
    name: 'a certificate that is not valid yet, as when our clock is wrong',
    config: withCertificate({ validFrom: new Date(Date.UTC(2099, 0)), validTo: new Date(Date.UTC(2100, 0)) }),
    reason: 'CertificateNotYetValid',
    words: /not valid yet \(CERT_NOT_YET_VALID\): it is valid from 2099-01-01T00:00:00Z\. Correct the clock/,
  },
  {
    name: 'a server that wants a client certificate',
    config: async () => ({
      server: await https(answer(200, 'text/plain', 'ok'), {
        requestCert: true,
        rejectUnauthorized: true,
        ca: authority.cert,
      }),
    }),
    reason: 'ClientCertificateRefused',
    words: /refuses our client certificate, or wants one.*\. Put a client certificate/,
  },
  {
    name: 'a server of an old TLS',
    config: async () => ({
      server: await https(answer(200, 'text/plain', 'ok'), {
        minVersion: 'TLSv1',
        maxVersion: 'TLSv1.1',
        ciphers: 'DEFAULT@SECLEVEL=0',
      }),
    }),
    reason: 'TLSHandshakeFailed',
    words: /no TLS session could be agreed on .*\. Let the server offer TLS 1\.2/,
  },
  {
    name: 'plain HTTP where TLS should be',
    config: async () => ({ server: `https://127.0.0.1:${await listen(createHttp(answer(200, 'text/plain', 'ok')))}` }),
    reason: 'NotTLS',
    words: /does not speak TLS .*\. Use the port of the apiserver that speaks TLS/,
  },
  {
    name: 'SSH where TLS should be',
    config: async () => ({
      server: `https://127.0.0.1:${await listen(createTcp(socket => void socket.end('SSH-2.0-OpenSSH_9.2\r\n')))}`,
    }),
    reason: 'NotTLS',
    words: /does not speak TLS/,
  },
  {
    name: 'a CA that is not PEM',
    config: async () => ({ server: await https(answer(200, 'text/plain', 'ok')), caPem: SECRET_TOKEN }),
    reason: 'CredentialsUnreadable',
    words: /the CA is not PEM\. Write CA, certificate and key into the Secret anew/,
  },
  {
    name: 'a key that does not belong to the certificate',
    config: async () => ({
      server: await https(answer(200, 'text/plain', 'ok')),
      clientCertPem: good.cert,
      clientKeyPem: newCertificate({ name: 'x' }).key,
    }),
    reason: 'CredentialsUnreadable',
    words: /the key does not belong to the certificate/,
  },
]

const NETWORK: readonly Cause[] = [
  {
    name: 'a name that no name server knows',
    config: async () => ({ server: 'https://no-such-host.invalid:6443' }),
    limits: { timeoutMs: 30_000 },
    reason: 'DNSLookupFailed',
    words: /cannot be resolved.*\. Correct the host name/,
  },
  {
    name: 'a port where nothing listens',
    config: async () => ({ server: `https://127.0.0.1:${await freedPort()}` }),
    reason: 'ConnectionRefused',
    words: /nothing listens .*\. Start the apiserver/,
  },
  {
    name: 'an address that drops what comes',
    config: async () => ({ server: `https://127.0.0.1:${await portThatDrops()}` }),
    limits: { timeoutMs: 1500 },
    reason: 'ConnectionTimeout',
    words: /no connection could be made in time: its address does not answer at all.*\. Let the operator through/,
  },
  {
    name: 'an address that drops what comes, when the dial gives up first',
    config: async () => ({ server: `https://127.0.0.1:${await portThatDrops()}` }),
    limits: { timeoutMs: 20_000, connectTimeoutMs: 1000 },
    reason: 'ConnectionTimeout',
    words: /its address does not answer at all/,
  },
  {
    name: 'a server that accepts and says nothing',
    config: async () => ({ server: `https://127.0.0.1:${await listen(createTcp(() => undefined))}` }),
    limits: { timeoutMs: 1500 },
    reason: 'ConnectionTimeout',
    words: /nothing answers the TLS handshake/,
  },
  {
    name: 'a server that takes the request and says nothing',
    config: async () => ({ server: await https(() => undefined) }),
    limits: { timeoutMs: 1500 },
    reason: 'AnswerTimeout',
    words: /did not answer in time: 1500 ms\. Look for what overloads/,
  },
  {
    name: 'a server that hangs up',
    config: async () => ({ server: `https://127.0.0.1:${await listen(createTls(good, socket => socket.destroy()))}` }),
    reason: 'ConnectionBroken',
    words: /the connection broke.*\. Look for a proxy, firewall/,
  },
]

const HTTP: readonly Cause[] = [
  {
    name: 'a redirect',
    config: async () => ({
      server: await https((_, response) => response.writeHead(302, { location: 'https://127.0.0.1:1/' }).end()),
    }),
    reason: 'Redirected',
    words: /redirects elsewhere, which is not followed: status 302\. Use the address/,
  },
  {
    name: 'a web page',
    config: async () => ({ server: await https(answer(200, 'text/html', '<html>hello</html>')) }),
    reason: 'NotKubernetes',
    words: /readyz answered 200 with a web page/,
  },
  {
    name: 'a web page that asks for a login',
    config: async () => ({ server: await https(answer(403, 'text/html', '<html>who are you</html>')) }),
    reason: 'NotKubernetes',
    words: /readyz answered 403 with a web page/,
  },
  {
    name: 'a web page behind a healthy face',
    config: async () => ({ server: await https(healthy(answer(200, 'text/html', '<html>hello</html>'))) }),
    reason: 'NotKubernetes',
    words: /it sent a web page \(status 200\)/,
  },
  {
    name: 'JSON of something else',
    config: async () => ({ server: await https(answer(200, 'application/json', '{"hello":1}')) }),
    reason: 'NotKubernetes',
    words: /not a Kubernetes apiserver/,
  },
  {
    name: 'a server that knows no health',
    config: async () => ({ server: await https(answer(404, 'application/json', '{}')) }),
    reason: 'NotKubernetes',
    words: /healthz answered 404\. Use the address of the apiserver itself/,
  },
  {
    name: 'an answer without end',
    config: async () => ({ server: await https((_, response) => void response.end(Buffer.alloc(1_000_000, 'x'))) }),
    reason: 'AnswerTooLarge',
    words: /larger than allowed/,
  },
  {
    name: 'a token that it does not know',
    config: async () => ({ server: await https(status(401, 'Unauthorized', 'Unauthorized')) }),
    reason: 'Unauthorized',
    words: /readyz answered 401\. The token or client certificate is wrong, expired or revoked/,
  },
  {
    name: 'an identity without rights',
    config: async () => ({ server: await https(healthy(status(403, 'Forbidden', 'namespaces is forbidden'))) }),
    reason: 'Forbidden',
    words: /answered 403: namespaces is forbidden\. Bind the identity to a role/,
  },
  {
    name: 'an apiserver that is not well',
    config: async () => ({
      server: await https(answer(500, 'text/plain', '[+]ping ok\n[-]etcd failed: reason withheld\n')),
    }),
    reason: 'Unhealthy',
    words: /readyz answered 500 \(failed: etcd\)/,
  },
]

const proxyAt = async (
  server: Server,
  userinfo = '',
): Promise<Partial<ServerConfig> & Pick<ServerConfig, 'server'>> => ({
  server: await https(healthy(answer(200, 'application/json', JSON.stringify(NAMESPACE)))),
  proxyUrl: `http://${userinfo}127.0.0.1:${await listen(server)}`,
})

const refusingProxy = (line: string): Server =>
  createHttp().on('connect', (_, socket) => void socket.end(`HTTP/1.1 ${line}\r\n\r\n`))

const PROXY: readonly Cause[] = [
  {
    name: 'a proxy that wants other credentials',
    config: async () => proxyAt(refusingProxy('407 Proxy Authentication Required'), `me:${SECRET_TOKEN}@`),
    reason: 'ProxyFailed',
    words:
      /proxy 127\.0\.0\.1:\d+\): the proxy cannot be used: it wants other credentials \(407\)\. Correct spec\.proxyURL/,
  },
  {
    name: 'a proxy with credentials that are no URL encoding',
    config: async () => proxyAt(refusingProxy('403 Forbidden'), `me:%zz${SECRET_TOKEN}@`),
    reason: 'ProxyFailed',
    words: /does not allow this address \(403\)/,
  },
  {
    name: 'a proxy that cannot reach the apiserver',
    config: async () => proxyAt(refusingProxy('502 Bad Gateway')),
    reason: 'ProxyFailed',
    words: /it cannot reach the apiserver \(502\)/,
  },
  {
    name: 'a proxy that is a web server',
    config: async () => proxyAt(createHttp(answer(200, 'text/html', '<html>'))),
    reason: 'ProxyFailed',
    words: /the proxy cannot be used/,
  },
  {
    name: 'a proxy that is not there',
    config: async () => ({ server: 'https://m.example', proxyUrl: `http://127.0.0.1:${await freedPort()}` }),
    reason: 'ProxyFailed',
    words: /the proxy cannot be used: nothing listens/,
  },
  {
    name: 'a proxy whose name nobody knows',
    config: async () => ({ server: 'https://m.example', proxyUrl: 'http://no-such-proxy.invalid:3128' }),
    limits: { timeoutMs: 30_000 },
    reason: 'ProxyFailed',
    words: /the proxy cannot be used: its host name cannot be resolved/,
  },
  {
    name: 'a proxy that says nothing',
    config: async () => proxyAt(createTcp(() => undefined)),
    limits: { timeoutMs: 1500 },
    reason: 'ProxyFailed',
    words: /the proxy cannot be used: it does not answer/,
  },
  {
    name: 'a SOCKS proxy that is not there',
    config: async () => ({ server: 'https://m.example', proxyUrl: `socks5://127.0.0.1:${await freedPort()}` }),
    reason: 'ProxyFailed',
    words: /the proxy cannot be used: nothing listens/,
  },
  {
    name: 'a SOCKS proxy that is none',
    config: async () => ({
      server: 'https://m.example',
      proxyUrl: `socks5://me:${SECRET_TOKEN}@127.0.0.1:${await listen(createTcp(socket => void socket.end('HTTP/1.1 400\r\n\r\n')))}`,
    }),
    reason: 'ProxyFailed',
    words: /the proxy cannot be used: SOCKS: /,
  },
  {
    name: 'a SOCKS proxy that says nothing',
    config: async () => ({
      server: 'https://m.example',
      proxyUrl: `socks5://127.0.0.1:${await listen(createTcp(() => undefined))}`,
    }),
    limits: { timeoutMs: 1500 },
    reason: 'ProxyFailed',
    words: /it does not answer/,
  },
]

describe('the cause that a Cluster tells', () => {
  it.each([...NETWORK, ...TLS, ...HTTP, ...PROXY])(
    '$name: $reason',
    async ({ config, limits, reason, words }) => {
      const found = await look(await config(), limits)
      expect(found).toEqual({ status: 'False', reason, message: expect.stringMatching(words) })
      expect(found.message).not.toContain(SECRET_TOKEN)
      expect(found.message.length).toBeLessThan(1000)
    },
    CASE_TIMEOUT_MS,
  )

  it('has a cause of its own for each kind of mistake', () => {
    const reasons = new Set([...NETWORK, ...TLS, ...HTTP, ...PROXY].map(({ reason }) => reason))
    expect(reasons.size).toBe(20)
  })

  it(
    'is none for an apiserver, with a client certificate where it wants one',
    async () => {
      const { cert, key } = newCertificate({ name: 'client', issuer: authority })
      const server = await https(healthy(answer(200, 'application/json', JSON.stringify(NAMESPACE))), {
        requestCert: true,
        rejectUnauthorized: true,
        ca: authority.cert,
      })
      expect(await look({ server, clientCertPem: cert, clientKeyPem: key })).toMatchObject({
        status: 'True',
        reason: 'Connected',
        id: 'u-1',
      })
    },
    CASE_TIMEOUT_MS,
  )

  it(
    'is the same in the same words each time, so that the condition settles',
    async () => {
      const config = { server: `https://127.0.0.1:${await freedPort()}` }
      expect(await look(config)).toEqual(await look(config))
      const hangsUp = {
        server: `https://127.0.0.1:${await listen(createTls(good, socket => socket.destroy()))}`,
      }
      expect(await look(hangsUp)).toEqual(await look(hangsUp))
    },
    CASE_TIMEOUT_MS,
  )
})

/** A port that was free a moment ago. */
async function freedPort(): Promise<number> {
  const server = createTcp()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise(resolve => server.close(resolve))
  return port
}

const children = new Set<ChildProcess>()
afterAll(() => {
  for (const child of children) child.kill('SIGKILL')
})

/** A listener that is stopped and whose queue is full: the kernel drops every further SYN, as a firewall would. */
async function portThatDrops(): Promise<number> {
  const program = `const s = require('net').createServer(); s.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(s.address().port))`
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'inherit'] })
  children.add(child)
  closing.push(() => child.kill('SIGKILL'))
  const port = await new Promise<number>(resolve => child.stdout.once('data', text => resolve(Number(text))))
  child.kill('SIGSTOP')
  for (;;) {
    const socket = connect({ port, host: '127.0.0.1' })
    socket.on('error', () => undefined)
    closing.push(() => socket.destroy())
    const taken = await new Promise<boolean>(resolve => {
      socket.once('connect', () => resolve(true))
      // After a pause of this process the timer comes first, although the connection may stand: that is heard of in between.
      setTimeout(() => setImmediate(resolve, false), 500).unref()
    })
    if (!taken) return port
  }
}
