import { stringAt } from '../../object/field.ts'
import { isJsonObject } from '../../object/raw-json.ts'
import { CommandError } from '../manifests.ts'

/** Everything that a member needs to register. Holds a credential: never log it. */
export interface JoinTicket {
  readonly cluster: string
  readonly server: string
  /** '' : authorities that the member's machines trust already. */
  readonly caPem: string
  readonly token: string
}

const PREFIX = 'flotilla-join.'

/** The join token as it is given on: address, CA and credential in one word. */
export function formatTicket({ cluster, server, caPem, token }: JoinTicket): string {
  return `${PREFIX}${Buffer.from(JSON.stringify({ cluster, server, ca: caPem, token })).toString('base64url')}`
}

/** @throws CommandError for what is no join token, or not all of one. */
export function parseTicket(text: string): JoinTicket {
  const content = text.startsWith(PREFIX) ? decode(text.slice(PREFIX.length)) : undefined
  const cluster = stringAt(content, 'cluster')
  const server = stringAt(content, 'server')
  const token = stringAt(content, 'token')
  if (cluster === undefined || server === undefined || token === undefined) {
    throw new CommandError('--token: that is no join token, or not all of one: make it with flotilla token create')
  }
  return { cluster, server, token, caPem: stringAt(content, 'ca') ?? '' }
}

function decode(text: string): unknown {
  try {
    const content: unknown = JSON.parse(Buffer.from(text, 'base64url').toString('utf8'))
    return isJsonObject(content) ? content : undefined
  } catch {
    return undefined
  }
}
