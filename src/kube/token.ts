import { readFile } from 'node:fs/promises'
import type { ServerConfig, TokenSource } from './server-config.ts'
import { TransportError } from './status-error.ts'
import type { Timing } from './timing.ts'

/** A kubelet replaces a projected token minutes before the old one ends: reading every ten seconds is early enough. */
const TOKEN_FILE_TTL_MS = 10_000

/** The value of the Authorization header. */
export interface Credentials {
  /** The current value; a promise only when it has to be fetched. */
  authorization(): string | undefined | Promise<string | undefined>
  /** Called when the server refused `used`. @returns true when another value may be had, so that one more try makes sense. */
  refused(used: string | undefined): Promise<boolean>
}

/** Credentials of a config: token, else basic auth, else none (a client certificate needs no header). */
export function newCredentials(config: ServerConfig, timing: Timing): Credentials {
  if (config.token !== undefined) return tokenCredentials(config.token, { name: config.name, timing })
  if (config.basicAuth === undefined) return constant(undefined)
  const { username, password } = config.basicAuth
  return constant(`Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`)
}

function tokenCredentials(
  source: TokenSource,
  options: { readonly name: string; readonly timing: Timing },
): Credentials {
  switch (source.type) {
    case 'static':
      return constant(bearer(source.token))
    case 'provider':
      return {
        authorization: () => {
          const token = source.token()
          return typeof token === 'string' ? bearer(token) : token.then(bearer)
        },
        refused: async used => bearer(await source.token()) !== used,
      }
    case 'file':
      return fileCredentials(source.path, options)
  }
}

function fileCredentials(path: string, options: { readonly name: string; readonly timing: Timing }): Credentials {
  const { name, timing } = options
  let current: { readonly value: string; readonly untilMs: number } | undefined
  const read = async (): Promise<string> => {
    try {
      const value = bearer((await readFile(path, 'utf8')).trim())
      current = { value, untilMs: timing.monotonicMs() + TOKEN_FILE_TTL_MS }
      return value
    } catch (cause) {
      // A rotation may be under way: the old token is mostly still good.
      if (current !== undefined) return current.value
      throw new TransportError('other', `${name}: the token file cannot be read`, { cause, unprocessed: true })
    }
  }
  return {
    authorization: () => (current !== undefined && timing.monotonicMs() < current.untilMs ? current.value : read()),
    refused: async used => (await read()) !== used,
  }
}

function constant(value: string | undefined): Credentials {
  return { authorization: () => value, refused: async () => false }
}

function bearer(token: string): string {
  return `Bearer ${token}`
}
