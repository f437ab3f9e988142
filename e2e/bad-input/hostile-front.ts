import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { createSecureServer, type Http2ServerRequest } from 'node:http2'
import { createServer as createHttp1, request as requestHttp1 } from 'node:https'
import type { AddressInfo } from 'node:net'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from '../controlplane/rest.ts'
import type { Random } from '../soak/random.ts'
import { abandon, type HostileAnswer, type Response } from './hostile-answers.ts'

type Request = IncomingMessage | Http2ServerRequest

/** A server that stands where an apiserver should. */
export interface HostileFront {
  readonly endpoint: Endpoint
  /** How it answers from now on; undefined: as the apiserver behind it does. */
  become(choose: ((path: string) => HostileAnswer | undefined) | undefined): void
  /** How many requests were answered as no apiserver does. */
  readonly answered: number
  /** How often somebody came where its redirects lead to. */
  readonly followed: number
  stop(): Promise<void>
}

export interface HostileFrontOptions {
  readonly random: Random
  /** The apiserver that is asked for what is not answered otherwise. */
  readonly target?: Endpoint
  readonly protocol?: 'h2' | 'http/1.1'
}

/** Starts one on a port of its own, with a certificate that its CA signs. */
export async function startHostileFront({
  random,
  target,
  protocol = 'h2',
}: HostileFrontOptions): Promise<HostileFront> {
  const authority = newCertificateAuthority('hostile-ca')
  const certificate = newCertificate({ name: 'hostile', issuer: authority })
  let choose: ((path: string) => HostileAnswer | undefined) | undefined
  let answered = 0
  let followed = 0
  let port = 0
  const answer = (request: Request, given: ServerResponse | Response): void => {
    // Both are used by what they have in common.
    const response = given as Response
    const path = request.url ?? ''
    request.on('error', () => undefined)
    response.on('error', () => undefined)
    if ('stream' in response) response.stream?.on('error', () => undefined)
    if (path.startsWith(ELSEWHERE)) followed += 1
    const hostile = choose?.(path)
    if (hostile === undefined) {
      if (target === undefined) abandon(response)
      else pass(target, request, response)
      return
    }
    answered += 1
    request.resume()
    const isWatch = path.includes('watch=')
    hostile({ response, random, path, isWatch, elsewhere: `https://127.0.0.1:${port}${ELSEWHERE}` })
  }
  const server =
    protocol === 'h2'
      ? createSecureServer({ ...certificate, allowHTTP1: true }, answer)
      : createHttp1(certificate, answer)
  const sockets = new Set<{ destroy(): void }>()
  server.on('secureConnection', socket => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('close', () => sockets.delete(socket))
  })
  server.on('error', () => undefined).on('sessionError', () => undefined)
  await new Promise<void>(resolve => void server.listen(0, '127.0.0.1', resolve))
  // Listening on a port: it has an address with one.
  port = (server.address() as AddressInfo).port
  return {
    endpoint: { url: `https://127.0.0.1:${port}`, ca: authority.cert, token: target?.token ?? 'secret-token' },
    become: next => {
      choose = next
    },
    get answered() {
      return answered
    },
    get followed() {
      return followed
    },
    stop: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>(resolve => void server.close(() => resolve()))
    },
  }
}

const ELSEWHERE = '/elsewhere'

function pass(target: Endpoint, request: Request, response: Response): void {
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(
      ([name]) => !name.startsWith(':') && name !== 'connection' && name !== 'host',
    ),
  )
  const upstream = requestHttp1(
    `${target.url}${request.url}`,
    { method: request.method, headers, ca: target.ca },
    answer => {
      const { connection: _hop, 'transfer-encoding': _coding, ...kept } = answer.headers
      const passed: OutgoingHttpHeaders = kept
      response.writeHead(answer.statusCode ?? 500, passed)
      answer.on('error', () => abandon(response))
      answer.pipe(response)
    },
  )
  upstream.on('error', () => abandon(response))
  response.on('close', () => upstream.destroy())
  request.pipe(upstream)
}
