import { createSecureServer, type Http2SecureServer } from 'node:http2'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from './rest.ts'

/**
 * `none`: everything goes to the apiserver and back. `failing`: every request is answered 500. `silent`: connections are
 * accepted, and those that stand stay open, and nobody answers. `dropping`: the same, and when it is over all these connections stay
 * as they are, dead in both directions and never reset, as those that a firewall has forgotten. `refusing`: nothing listens.
 * `slow`: every answer comes half a second later, on connections that stand and on new ones. Connections that do not outlive a
 * change are reset (RST), not ended in order.
 */
export type Fault = 'none' | 'failing' | 'silent' | 'dropping' | 'refusing' | 'slow'

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
    stop: async () => {
      await proxy.become('refusing', port)
      proxy.forget()
    },
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
  readonly #sockets = new Set<Socket>()
  /** Those on which nothing gets through any more, whatever comes. */
  readonly #dead = new Set<Socket>()
  #server: Server | undefined
  #fault: Fault = 'none'

  constructor(target: URL, failing: Http2SecureServer) {
    this.#target = target
    this.#failing = failing
    failing.on('error', () => undefined).on('sessionError', () => undefined)
  }

  listen(port: number): Promise<number> {
    const server = createServer(socket => this.#accept(socket))
    this.#server = server
    return new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject)
        // Listening on a port: it has an address with one.
        resolve((server.address() as AddressInfo).port)
      })
    })
  }

  /** Lets go of what is dead. */
  forget(): void {
    for (const socket of this.#dead) socket.resetAndDestroy()
  }

  async become(fault: Fault, port: number): Promise<void> {
    const before = this.#fault
    this.#fault = fault
    if (fault === 'slow' && before === 'none') return
    for (const socket of this.#sockets) {
      if (fault === 'silent') silence(socket)
      else if (fault === 'dropping') this.#drop(socket)
      else socket.resetAndDestroy()
    }
    // It listens no more from now on; connections that are dead may outlive it.
    if (fault === 'refusing') this.#server?.close()
    if (fault !== 'refusing' && before === 'refusing') await this.listen(port)
  }

  #accept(socket: Socket): void {
    this.#track(socket)
    if (this.#fault === 'dropping') this.#drop(socket)
    if (this.#fault === 'failing') this.#failing.emit('connection', socket)
    if (this.#fault === 'none' || this.#fault === 'slow') this.#pass(socket)
  }

  #pass(socket: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname)
    this.#track(upstream)
    socket.on('close', () => upstream.destroy())
    upstream.on('close', () => this.#fault === 'silent' || this.#dead.has(socket) || socket.destroy())
    socket.pipe(upstream)
    this.#relay(upstream, socket)
  }

  /** Late but in order: each chunk comes half a second after it arrived, and not before the one before it. */
  #relay(upstream: Socket, socket: Socket): void {
    let lastMs = 0
    const isSilent = (): boolean => this.#fault === 'silent' || this.#dead.has(socket)
    const send = (chunk: Buffer): unknown => !isSilent() && socket.writable && socket.write(chunk)
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
    socket.on('close', () => {
      this.#sockets.delete(socket)
      this.#dead.delete(socket)
    })
  }

  /** It is read on, and nobody gets it: only so it is noticed when the client gives it up. */
  #drop(socket: Socket): void {
    this.#sockets.delete(socket)
    this.#dead.add(socket)
    socket.unpipe()
    socket.resume()
  }
}

function silence(socket: Socket): void {
  socket.unpipe()
  socket.pause()
}
