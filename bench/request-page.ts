import { request } from 'node:https'
import { parseRequestCounts, type RequestCount } from '../e2e/controlplane/request-counts.ts'
import type { ServerConfig } from '../src/kube/server-config.ts'

const LIMIT_MS = 60_000

/** @returns what an apiserver answered since it started, from its `/metrics`. @throws when that cannot be read. */
export async function readRequestCounts(config: ServerConfig): Promise<readonly RequestCount[]> {
  return parseRequestCounts(await readMetrics(config))
}

/** A connection of its own: the client of src/ limits documents to sizes and types that this page is not of. */
function readMetrics(config: ServerConfig): Promise<string> {
  const { caPem, clientCertPem, clientKeyPem, token } = config
  const options = {
    ca: caPem,
    cert: clientCertPem,
    key: clientKeyPem,
    agent: false as const,
    rejectUnauthorized: config.insecureSkipTlsVerify !== true,
    headers: token?.type === 'static' ? { authorization: `Bearer ${token.token}` } : {},
    timeout: LIMIT_MS,
  }
  return new Promise((resolve, reject) => {
    const sent = request(new URL('/metrics', config.server), options, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks).toString('utf8'))
        else reject(new Error(`${config.name}: /metrics answered ${response.statusCode}`))
      })
    })
    sent.on('timeout', () => sent.destroy(new Error(`${config.name}: /metrics did not answer in ${LIMIT_MS} ms`)))
    sent.on('error', reject)
    sent.end()
  })
}
