import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from './rest.ts'

/**
 * `none`: everything goes to the apiserver and back. `failing`: every request is answered 500. `silent`: connections are
 * accepted, and those that stand stay open, and nobody answers. `refusing`: nothing listens. `slow`: every answer comes half a
 * second later, on connections that stand and on new ones. Connections that do not outlive a change are reset (RST), not ended
 * in order.
 */
export type Fault = 'none' | 'failing' | 'silent' | 'refusing' | 'slow'

const SLOW_MS = 500

/** What stands between a client and an apiserver, and can go wrong. */
export interface FaultProxy {
  /** Where it listens, and whom clients have to trust: the apiserver's CA and its own. */
  readonly endpoint: Endpoint
  /** From now on, for connections that stand as well. */
  become(fault: Fault): Promise<void>
  stop(): Promise<void>
}

/** Starts a proxy on this machine that passes everything on. */
export async function startFaultProxy(target: Endpoint): Promise<FaultProxy> {
  const authority = newCertificateAuthority('fault-proxy-ca')
  const failing = createSecureServer(
    { ...newCertificate({ name: 'fault-proxy', issuer: authority }), allowHTTP1: true },
    (_request, response) => {
      response.writeHead(500, { 'content-type': 'application/json' })
      response.end(JSON.stringify(FAILURE))
    },
  )
  const proxy = new FaultyRelay(new URL(target.url), failing)
  const port = await proxy.listen(0)
  return {
    endpoint: { ...target, url: `https://127.0.0.1:${port}`, ca: `${target.ca.trimEnd()}\n${authority.cert}` },
    become: fault => proxy.become(fault, port),
    stop: () => proxy.become('refusing', port),
  }
}

const FAILURE = {
  apiVersion: 'v1',
  kind: 'Status',
  status: 'Failure',
  reason: 'InternalError',
  message: 'this server fails on purpose',
  code: 500,
}

class FaultyRelay {
  readonly #target: URL
  readonly #failing: Http2SecureServer
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #fault: Fault = 'none'

  constructor(target: URL, failing: Http2SecureServer) {
    this.#target = target
    this.#failing = failing
    failing.on('error', () => undefined).on('sessionError', () => undefined)
    this.#server = createServer(socket => this.#accept(socket))
  }

  listen(port: number): Promise<number> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', () => {
        this.#server.off('error', reject)
        // Listening on a port: it has an address with one.
        resolve((this.#server.address() as AddressInfo).port)
      })
    })
  }

  async become(fault: Fault, port: number): Promise<void> {
    const before = this.#fault
    this.#fault = fault
    if (fault === 'slow' && before === 'none') return
    if (fault === 'silent') for (const socket of this.#sockets) silence(socket)
    else for (const socket of this.#sockets) socket.resetAndDestroy()
    if (fault === 'refusing' && before !== 'refusing') {
      await new Promise<void>(resolve => this.#server.close(() => resolve()))
    }
    if (fault !== 'refusing' && before === 'refusing') await this.listen(port)
  }

  #accept(socket: Socket): void {
    this.#track(socket)
    if (this.#fault === 'failing') this.#failing.emit('connection', socket)
    if (this.#fault === 'none' || this.#fault === 'slow') this.#pass(socket)
  }

  #pass(socket: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    this.#track(upstream)
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => this.#fault === 'silent' || socket.destroy())
    socket.pipe(upstream)
    this.#relay(upstream, socket)
  }

  /** Late but in order: each chunk comes half a second after it arrived, and not before the one before it. */
  #relay(upstream: Socket, socket: Socket): void {
    let lastMs = 0
    const send = (chunk: Buffer): unknown => this.#fault !== 'silent' && socket.writable && socket.write(chunk)
    upstream.on('data', (chunk: Buffer) => {
      const nowMs = performance.now()
      lastMs = Math.max(lastMs, this.#fault === 'slow' ? nowMs + SLOW_MS : nowMs)
      if (lastMs <= nowMs) send(chunk)
      else setTimeout(() => send(chunk), lastMs - nowMs)
    })
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', () => undefined)
    socket.on('close', () => this.#sockets.delete(socket))
  }
}

function silence(socket: Socket): void {
  socket.unpipe()
  socket.pause()
}
