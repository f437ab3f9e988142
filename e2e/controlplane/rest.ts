import { request } from 'node:https'

/** An apiserver and somebody who may talk to it. */
export interface Endpoint {
  readonly url: string
  /** PEM. */
  readonly ca: string
  readonly token: string
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly body?: unknown
  /** Default `application/json`, for PATCH `application/merge-patch+json`. */
  readonly contentType?: string
  /** Default 10 s. */
  readonly timeoutMs?: number
}

/** An answer of 400 or above. */
export class CallError extends Error {
  readonly statusCode: number

  constructor(statusCode: number, message: string) {
    super(message)
    this.statusCode = statusCode
  }
}

/**
 * One request to an apiserver over its own connection, so that a killed server leaves no half-dead one behind. It is
 * independent of src/kube on purpose: what a test measures or breaks must not be measured by itself.
 * @returns the body as text. @throws CallError for 400 and above.
 */
export function call({ url, ca, token }: Endpoint, path: string, options: Call = {}): Promise<string> {
  const { method = 'GET', body, timeoutMs = 10_000 } = options
  const contentType = options.contentType ?? (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json')
  const content = body === undefined ? undefined : JSON.stringify(body)
  const headers = {
    authorization: `Bearer ${token}`,
    accept: 'application/json, */*',
    'content-type': contentType,
    // Told, since Node expects no body of a DELETE and would leave its length out: the server would read none.
    ...(content !== undefined && { 'content-length': Buffer.byteLength(content) }),
  }
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeoutMs)
    const sent = request(`${url}${path}`, { method, ca, headers, agent: false, signal }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const statusCode = response.statusCode ?? 0
        if (statusCode < 400) resolve(text)
        else reject(new CallError(statusCode, `${method} ${path}: ${statusCode} ${text.slice(0, 500)}`))
      })
    })
    sent.on('error', reject)
    sent.end(content)
  })
}

/** As {@link call}, for a JSON answer. */
export async function callJson(endpoint: Endpoint, path: string, options: Call = {}): Promise<unknown> {
  return JSON.parse(await call(endpoint, path, options))
}

/** Creates an object; one that exists already is fine. */
export async function createIfMissing(endpoint: Endpoint, path: string, body: unknown): Promise<void> {
  try {
    await call(endpoint, path, { method: 'POST', body })
  } catch (error) {
    if (!(error instanceof CallError && error.statusCode === 409)) throw error
  }
}
