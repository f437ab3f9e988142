import type { Client } from '../kube/client.ts'
import { findResource, type NamedResource, readNamedResources, similarResources } from '../kube/named-resources.ts'
import type { ObjectKey } from '../object/object-key.ts'
import { CommandError } from './manifests.ts'

/** What a user names on the command line: `deployment/web`, or `deployment web`. */
export interface NamedSubject {
  readonly resource: NamedResource
  readonly key: ObjectKey
}

/**
 * Splits `KIND/NAME` or `KIND NAME` as kubectl does.
 *
 * @throws CommandError when one of them is missing.
 */
export function splitSubject(words: readonly string[]): { readonly kind: string; readonly name: string } {
  const [first = '', second, ...more] = words
  const slash = first.indexOf('/')
  const kind = slash < 0 ? first : first.slice(0, slash)
  const name = slash < 0 ? second : first.slice(slash + 1)
  const isOne = slash < 0 ? more.length === 0 : second === undefined
  if (kind === '' || name === undefined || name === '' || !isOne) {
    throw new CommandError(`one object is to be named as KIND/NAME, not "${words.join(' ')}"`)
  }
  return { kind, name }
}

/**
 * The kind that a word means on a cluster.
 *
 * @throws CommandError when it serves no such kind; StatusError, TransportError.
 */
export async function resolveKind(
  client: Pick<Client, 'request' | 'readDocument' | 'name'>,
  word: string,
  signal: AbortSignal,
): Promise<NamedResource> {
  const served = await readNamedResources(client, signal)
  const found = findResource(served, word)
  if (found !== undefined) return found
  const similar = similarResources(served, word)
  const hint = similar.length === 0 ? '' : `; did you mean ${similar.join(' or ')}?`
  // Of a member the caller says which.
  throw new CommandError(`${client.name === 'host' ? 'the host' : 'it'} serves no kind "${word}"${hint}`)
}

/** @throws CommandError, StatusError, TransportError */
export async function resolveSubject(
  client: Pick<Client, 'request' | 'readDocument' | 'name'>,
  { words, namespace }: { readonly words: readonly string[]; readonly namespace: string },
  signal: AbortSignal,
): Promise<NamedSubject> {
  const { kind, name } = splitSubject(words)
  const resource = await resolveKind(client, kind, signal)
  return { resource, key: { namespace: resource.namespaced ? namespace : '', name } }
}
