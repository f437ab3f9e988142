import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerConfig } from './server-config.ts'

const SERVICE_ACCOUNT_DIRECTORY = '/var/run/secrets/kubernetes.io/serviceaccount'

export interface InClusterOptions {
  readonly name: string
  /** KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT of the Pod. */
  readonly env: { readonly [variable: string]: string | undefined }
  /** Where the ServiceAccount is mounted. */
  readonly directory?: string
}

/**
 * How a Pod reaches its own apiserver: its ServiceAccount's token, which the kubelet rotates, and CA.
 *
 * @returns undefined outside of a Pod.
 */
export function inClusterConfig(options: InClusterOptions): ServerConfig | undefined {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port } = options.env
  const directory = options.directory ?? SERVICE_ACCOUNT_DIRECTORY
  const caPem = readIfThere(join(directory, 'ca.crt'))
  if (!host || !port || caPem === undefined) return undefined
  return {
    name: options.name,
    server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
    caPem,
    token: { type: 'file', path: join(directory, 'token') },
  }
}

/** The namespace of the Pod's ServiceAccount; undefined outside of a Pod. */
export function inClusterNamespace(directory = SERVICE_ACCOUNT_DIRECTORY): string | undefined {
  return readIfThere(join(directory, 'namespace'))?.trim()
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}
