import { request } from 'node:https'
import { parseRequestCounts, type RequestCount } from '../e2e/controlplane/request-counts.ts'
import type { ServerConfig } from '../src/kube/server-config.ts'

const LIMIT_MS = 60_000

/** What an apiserver says of itself, since it started. */
export interface ServerPage {
  readonly requests: readonly RequestCount[]
  /** Of its process; 0 where it does not say. */
  readonly cpuSeconds: number
}

/** @returns what the `/metrics` of an apiserver say. @throws when they cannot be read. */
export async function readServerPage(config: ServerConfig): Promise<ServerPage> {
  const page = await readMetrics(config)
  const [, cpuSeconds = '0'] = /^process_cpu_seconds_total (\S+)$/m.exec(page) ?? []
  return { requests: parseRequestCounts(page), cpuSeconds: Number(cpuSeconds) }
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
