import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http'
import { createSecureServer, type Http2ServerRequest } from 'node:http2'
import { createServer as createHttp1, request as requestHttp1 } from 'node:https'
import type { AddressInfo } from 'node:net'
import { newCertificate, newCertificateAuthority } from '../../src/testing/certificates.ts'
import type { Endpoint } from '../controlplane/rest.ts'
import type { Random } from '../soak/random.ts'
import { abandon, type HostileAnswer, type Response } from './hostile-answers.ts'
import { type RequestSort, sortOf } from './request-sorts.ts'

type Request = IncomingMessage | Http2ServerRequest

/** A server that stands where an apiserver should. */
export interface HostileFront {
  readonly endpoint: Endpoint
  /** How it answers from now on; undefined: as the apiserver behind it does. */
  become(choose: Choice | undefined): void
  /** Ends the watches that the apiserver behind it answers: how the next ones are answered is up to {@link become}. */
  breakWatches(): void
  /** How many requests were answered as no apiserver does, by what they ask for. */
  readonly answered: Readonly<Partial<Record<RequestSort, number>>>
  /** How often somebody came where its redirects lead to. */
  readonly followed: number
  stop(): Promise<void>
}

/** @returns how a request is answered; undefined: as the apiserver behind does. */
export type Choice = (sort: RequestSort) => HostileAnswer | undefined

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
  const answered: Partial<Record<RequestSort, number>> = {}
  const watches = new Set<Response>()
  let choose: Choice | undefined
  let followed = 0
  let port = 0
  const answer = (request: Request, given: ServerResponse | Response): void => {
    // Both are used by what they have in common.
    const response = given as Response
    const path = request.url ?? ''
    ignoreErrors(request, response)
    if (path.startsWith(ELSEWHERE)) followed += 1
    const sort = sortOf(request.method ?? '', path)
    const isWatch = sort === 'watch'
    const hostile = choose?.(sort)
    if (hostile === undefined) {
      if (isWatch) watches.add(response.on('close', () => watches.delete(response)))
      answerAs(target, request, response)
      return
    }
    answered[sort] = (answered[sort] ?? 0) + 1
    request.resume()
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
    breakWatches: () => {
      for (const watch of watches) abandon(watch)
    },
    answered,
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

/** Who asked may leave at any time. */
function ignoreErrors(request: Request, response: Response): void {
  request.on('error', () => undefined)
  response.on('error', () => undefined)
  if ('stream' in response) response.stream?.on('error', () => undefined)
}

function answerAs(target: Endpoint | undefined, request: Request, response: Response): void {
  if (target === undefined) abandon(response)
  else pass(target, request, response)
}

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
