import { Agent, request } from 'node:https'
import { decodeJson, encodeJson } from './json.ts'
import { Pieces } from './pieces.ts'

/** A server that answers one JSON document with another. */
export interface WebhookServer {
  /** https only. */
  readonly url: string
  /** PEM of the certificates that sign the server's; default: those of the system. */
  readonly ca?: string
  readonly timeoutMs: number
}

/** An answer that did not come, or is none. */
export class WebhookError extends Error {
  constructor(message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options)
    this.name = 'WebhookError'
  }
}

/** No answer of an interpreter is larger: no object in a cluster is. */
const MAX_ANSWER_BYTES = 4 * 2 ** 20
/** A handshake costs more than a question: connections stay open for the next one. Those of other CAs are others. */
const connections = new Agent({ keepAlive: true, maxFreeSockets: 4 })

/**
 * Posts a document to a webhook.
 *
 * @returns the JSON that it answers with status 200
 * @throws WebhookError
 */
export async function callWebhook(server: WebhookServer, document: unknown): Promise<unknown> {
  const body = encodeJson(document)
  try {
    return await ask(server, body)
  } catch (error) {
    // The server had closed a connection that was open: it has not seen the question.
    if (error instanceof ClosedError) return ask(server, body)
    throw error
  }
}

class ClosedError extends WebhookError {}

function ask({ url, ca, timeoutMs }: WebhookServer, body: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>()
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }
  const signal = AbortSignal.timeout(timeoutMs)
  const fail = (problem: string, cause?: unknown): void =>
    reject(new WebhookError(`${hostOf(url)}: ${problem}`, { cause }))
  let answered = false
  const call = request(
    url,
    { method: 'POST', headers, signal, agent: connections, ...(ca !== undefined && { ca }) },
    answer => {
      answered = true
      const pieces = new Pieces()
      answer.on('data', (part: Buffer) => {
        pieces.push(part)
        if (pieces.bytes <= MAX_ANSWER_BYTES) return
        answer.destroy()
        fail(`its answer is larger than ${MAX_ANSWER_BYTES} bytes`)
      })
      answer.on('error', error => fail(describe(error, signal, timeoutMs), error))
      answer.on('end', () => {
        if (answer.statusCode !== 200) return fail(`it answers with status ${answer.statusCode}`)
        try {
          resolve(decodeJson(pieces.takeJoined().toString('utf8')))
        } catch (error) {
          fail('its answer is no JSON', error)
        }
      })
    },
  )
  // Without this, Node ends the connection and says nothing more.
  call.on('upgrade', (_answer, socket) => {
    socket.destroy()
    fail('it answers with another protocol')
  })
  call.on('error', error => {
    if (call.reusedSocket && !answered && isReset(error)) reject(new ClosedError(error.message, { cause: error }))
    else fail(describe(error, signal, timeoutMs), error)
  })
  call.end(body)
  return promise
}

function describe(error: Error, signal: AbortSignal, timeoutMs: number): string {
  return signal.aborted ? `no answer within ${timeoutMs} ms` : error.message
}

function isReset(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE')
}

function hostOf(url: string): string {
  return `webhook ${new URL(url).host}`
}
