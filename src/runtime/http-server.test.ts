import { afterEach, describe, expect, it } from '@jest/globals'
import { type HttpServer, type HttpServerOptions, parseBindAddress, startHttpServer } from './http-server.ts'
import { newMetrics } from './metrics.ts'

let server: HttpServer | undefined

afterEach(() => server?.stop())

async function get(path: string, options: Omit<HttpServerOptions, 'port' | 'host'>, method = 'GET') {
  server = await startHttpServer({ host: '127.0.0.1', port: 0, ...options })
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`, { method })
  return { status: response.status, body: await response.text(), type: response.headers.get('content-type') }
}

const readiness = { 'host-watches': () => undefined, leader: () => 'waits for the lease' }

describe('probes', () => {
  it('answer ok, and no more, when all is well', async () => {
    expect(await get('/healthz', {})).toMatchObject({ status: 200, body: 'ok' })
  })

  it('name what is not well', async () => {
    expect(await get('/readyz', { readiness })).toMatchObject({
      status: 503,
      body: '[+]host-watches ok\n[-]leader failed: waits for the lease\nnot ok\n',
    })
  })

  it('tell all when asked to', async () => {
    expect(await get('/livez?verbose', { health: { loop: () => undefined } })).toMatchObject({
      status: 200,
      body: '[+]loop ok\nok\n',
    })
  })

  it('wait as long as they are told to before they say no', async () => {
    let looks = 0
    const third = () => (++looks < 3 ? 'starting' : undefined)
    expect(await get('/readyz?wait=60', { readiness: { third } })).toMatchObject({ status: 200, body: 'ok' })
    await server?.stop()
    expect((await get('/readyz?wait=0.1', { readiness })).status).toBe(503)
    await server?.stop()
    expect((await get('/readyz?wait=long', { readiness })).status).toBe(503)
  })

  it('take a check that throws for a failed one', async () => {
    const broken = () => {
      throw new Error('boom')
    }
    expect((await get('/readyz', { readiness: { broken } })).body).toContain('[-]broken failed: boom')
  })

  it('know no other paths and methods', async () => {
    expect((await get('/', {})).status).toBe(404)
    await server?.stop()
    expect((await get('/metrics', {})).status).toBe(404)
    await server?.stop()
    expect((await get('/healthz', {}, 'POST')).status).toBe(405)
  })
})

it('serves metrics in the form of Prometheus', async () => {
  const { status, type, body } = await get('/metrics', { metrics: newMetrics() })
  expect([status, type]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
  expect(body).toContain('# TYPE flotilla_reconcile_total counter')
})

describe('parseBindAddress', () => {
  it.each([
    { text: ':8080', want: { port: 8080 } },
    { text: '127.0.0.1:0', want: { host: '127.0.0.1', port: 0 } },
    { text: '[::1]:9', want: { host: '::1', port: 9 } },
    { text: 'localhost:80', want: { host: 'localhost', port: 80 } },
  ])('$text', ({ text, want }) => expect(parseBindAddress(text)).toEqual(want))

  it.each(['', '8080', 'a:b', '::1:80', ':99999'])('refuses %j', text =>
    expect(() => parseBindAddress(text)).toThrow('wanted host:port'),
  )
})
