import type { AddressInfo } from 'node:net'
import { connect, createServer, type TLSSocket } from 'node:tls'
import { type CertificateAuthority, newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from './rest.ts'

/** An apiserver at another address, with a certificate that can be replaced. */
export interface TlsFront {
  readonly url: string
  /** Of the CA that signed the certificate of now. */
  readonly ca: string
  /** Shows another certificate from now on, signed by the same CA or by a new one; connections that stand end. */
  rotate(by: 'same-ca' | 'new-ca'): void
  stop(): Promise<void>
}

const ALPNProtocols = ['h2', 'http/1.1']

/** Starts a front on this machine that hands everything to an apiserver. */
export async function startTlsFront({ url, ca }: Endpoint): Promise<TlsFront> {
  const target = new URL(url)
  const sockets = new Set<TLSSocket>()
  let authority: CertificateAuthority = newCertificateAuthority('front-ca')
  const track = (socket: TLSSocket): TLSSocket => {
    sockets.add(socket)
    return socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer({ ...newCertificate({ name: 'front', issuer: authority }), ALPNProtocols }, socket => {
    const protocols = socket.alpnProtocol ? [socket.alpnProtocol] : []
    const upstream = track(connect({ host: target.hostname, port: Number(target.port), ca, ALPNProtocols: protocols }))
    track(socket).on('close', () => upstream.destroy())
    upstream.on('close', () => socket.destroy())
    socket.pipe(upstream)
    upstream.pipe(socket)
  })
  server.on('tlsClientError', () => undefined)
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  // Listening on a port: it has an address with one.
  const { port } = server.address() as AddressInfo
  const cut = (): void => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `https://127.0.0.1:${port}`,
    get ca() {
      return authority.cert
    },
    rotate: by => {
      if (by === 'new-ca') authority = newCertificateAuthority('another-front-ca')
      server.setSecureContext(newCertificate({ name: 'front', issuer: authority }))
      cut()
    },
    stop: () => {
      cut()
      return new Promise(resolve => server.close(() => resolve()))
    },
  }
}
