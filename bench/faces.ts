import { randomUUID } from 'node:crypto'
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  createSecureServer,
  type Http2SecureServer,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2'
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import type { Readable } from 'node:stream'
import type { Endpoint } from '../e2e/controlplane/rest.ts'
import { LABEL } from '../src/api/names.ts'
import { type CertificateAuthority, newCertificate, newCertificateAuthority } from '../src/testing/certificates.ts'
import { labelledView, roomView, type View } from './room-view.ts'

/** How a face behaves: as the apiserver behind it, or as one that does not answer, or that is not there. */
export type Behaviour = 'well' | 'silent' | 'refusing'

/** One apiserver under one of many identities: for the operator a cluster of its own. */
export interface Face {
  readonly name: string
  /** Whose ConfigMaps it shows: those with label {@link FACE_LABEL} of this name. */
  readonly endpoint: Endpoint
  become(behaviour: Behaviour): Promise<void>
  stop(): Promise<void>
}

/** Says of which face an object is: all faces of an apiserver share what it stores. */
export const FACE_LABEL = 'bench.flotilla.dev/face'

const IDENTITY_PATH = '/api/v1/namespaces/kube-system'

/**
 * Starts faces of an apiserver on this machine: each listens at a port of its own, says that it is another cluster (the UID
 * of namespace kube-system), and shows of what the operator manages only what is its own (a label). All else is the
 * apiserver's. A hundred apiservers don't fit on a machine; a hundred identities do.
 */
export function startFaces(target: Endpoint, names: readonly string[]): Promise<readonly Face[]> {
  const authority = newCertificateAuthority('faces')
  const viewOf = (name: string): View => labelledView(`${LABEL.managed}=true`, `${FACE_LABEL}=${name}`)
  return Promise.all(names.map(name => startFace(target, { name, authority, view: viewOf(name) })))
}

/** The same for faces that hold objects of the same name: each has a namespace of its own (room-view.ts). */
export function startRooms(target: Endpoint, namespace: string, names: readonly string[]): Promise<readonly Face[]> {
  const authority = newCertificateAuthority('faces')
  return Promise.all(names.map(name => startFace(target, { name, authority, view: roomView(namespace, name) })))
}

interface FaceOptions {
  readonly name: string
  readonly authority: CertificateAuthority
  readonly view: View
}

async function startFace(target: Endpoint, { name, authority, view }: FaceOptions): Promise<Face> {
  const uid = randomUUID()
  const upstream = newUpstream(target)
  const tls = createSecureServer(newCertificate({ name, issuer: authority }))
  tls.on('stream', (stream, headers) => forward({ stream, headers, upstream, view, uid }))
  tls.on('error', ignore).on('sessionError', ignore).on('tlsClientError', ignore)
  const door = new Door(tls)
  const port = await door.open(0)
  return {
    name,
    endpoint: { ...target, url: `https://127.0.0.1:${port}`, ca: authority.cert },
    become: behaviour => door.become(behaviour, port),
    stop: async () => {
      await door.become('refusing', port)
      upstream.close()
    },
  }
}

/** Lets connections in, keeps them waiting, or is not there. */
class Door {
  readonly #tls: Http2SecureServer
  readonly #server: Server
  readonly #sockets = new Set<Socket>()
  #behaviour: Behaviour = 'well'

  constructor(tls: Http2SecureServer) {
    this.#tls = tls
    this.#server = createServer(socket => this.#enter(socket))
  }

  async open(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject)
      this.#server.listen(port, '127.0.0.1', resolve)
    })
    // Listening on a port: it has an address with one.
    return (this.#server.address() as AddressInfo).port
  }

  async become(behaviour: Behaviour, port: number): Promise<void> {
    const before = this.#behaviour
    this.#behaviour = behaviour
    for (const socket of this.#sockets) socket.destroy()
    if (behaviour === 'refusing' && before !== 'refusing')
      await new Promise<void>(resolve => this.#server.close(() => resolve()))
    if (behaviour !== 'refusing' && before === 'refusing') await this.open(port)
  }

  #enter(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setNoDelay(true)
    socket.on('error', ignore)
    socket.on('close', () => this.#sockets.delete(socket))
    if (this.#behaviour === 'well') this.#tls.emit('connection', socket)
  }
}

interface Upstream {
  request(headers: IncomingHttpHeaders, endStream: boolean): ClientHttp2Stream
  close(): void
}

/** One session for a face, as one cluster has; a new one when it is gone. */
function newUpstream({ url, ca }: Endpoint): Upstream {
  let session: ClientHttp2Session | undefined
  const open = (): ClientHttp2Session => {
    const opened = connect(url, { ca })
    opened.on('error', ignore)
    return opened
  }
  return {
    request: (headers, endStream) => {
      if (session === undefined || session.closed || session.destroyed) session = open()
      return session.request(headers, { endStream })
    },
    close: () => session?.destroy(),
  }
}

interface Exchange {
  readonly stream: ServerHttp2Stream
  readonly headers: IncomingHttpHeaders
  readonly upstream: Upstream
  readonly view: View
  readonly uid: string
}

function forward({ stream, headers, upstream, view, uid }: Exchange): void {
  const asked = String(headers[':path'])
  const path = view.path(asked)
  const { ':authority': _, 'accept-encoding': __, host: ___, 'content-length': ____, ...rest } = headers
  const sent = upstream.request({ ...rest, ':path': path }, stream.endAfterHeaders)
  sent.on('error', () => stream.close())
  stream.on('error', ignore)
  stream.on('close', () => sent.close())
  if (!stream.endAfterHeaders) throughView(stream, view.sent).pipe(sent)
  sent.on('response', answer => {
    if (stream.destroyed) return
    const { 'content-length': _length, ...kept } = answer
    stream.respond(kept)
    if (asked === IDENTITY_PATH) void answerAs(uid, sent, stream)
    else throughView(sent, view.shown).pipe(stream)
  })
}

function throughView(from: Readable, newTransform: View['sent']): Readable {
  return newTransform === undefined ? from : from.pipe(newTransform())
}

async function answerAs(uid: string, sent: ClientHttp2Stream, stream: ServerHttp2Stream): Promise<void> {
  try {
    const text = Buffer.concat(await sent.toArray()).toString('utf8')
    const object = JSON.parse(text)
    stream.end(JSON.stringify({ ...object, metadata: { ...object.metadata, uid } }))
  } catch {
    stream.close()
  }
}

function ignore(): void {
  // What breaks is told by the other side.
}
