import type { Resource } from '../api/kinds.ts'
import { listAt, objectAt, stringAt } from '../object/field.ts'
import type { Client } from './client.ts'
import { isAggregated, readVersionNames } from './served-apis.ts'

/** A resource with all the names that a user may call it by. */
export interface NamedResource extends Resource {
  readonly singular: string
  readonly shortNames: readonly string[]
  readonly verbs: readonly string[]
}

const AGGREGATED = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json'

/**
 * Everything that a server serves, with short names, in the server's own order of preference.
 *
 * @throws StatusError, TransportError
 */
export async function readNamedResources(
  client: Pick<Client, 'request' | 'readDocument'>,
  signal: AbortSignal,
): Promise<readonly NamedResource[]> {
  const read = async (path: '/api' | '/apis'): Promise<readonly NamedResource[]> => {
    const answer = await client.readDocument(path, { accept: AGGREGATED, signal })
    const document = answer === 'unchanged' ? undefined : answer.document
    if (isAggregated(document)) return fromAggregated(document)
    const versions = readVersionNames(document) ?? []
    const lists = await Promise.all(
      versions.map(async ({ group, version }) => {
        const at = group === '' ? `/api/${version}` : `/apis/${group}/${version}`
        // One group of which the server does not answer hides no other.
        const list = await client.request('GET', at, undefined, { signal }).catch(() => undefined)
        return fromResourceList(list, { group, version })
      }),
    )
    return lists.flat()
  }
  return (await Promise.all([read('/api'), read('/apis')])).flat()
}

/**
 * What a user means by a word, as kubectl takes it: `pods`, `pod`, `po`, `Pod`, `deployments.apps`, `deploy.v1.apps`.
 *
 * @returns undefined when nobody serves such a thing.
 */
export function findResource(resources: readonly NamedResource[], word: string): NamedResource | undefined {
  const [name = '', ...rest] = word.split('.')
  const lower = name.toLowerCase()
  const isCalled = ({ plural, singular, kind, shortNames }: NamedResource): boolean =>
    [plural, singular, kind.toLowerCase(), ...shortNames].includes(lower)
  const isIn = ({ group, version }: NamedResource): boolean => {
    if (rest.length === 0) return true
    const [first, ...others] = rest
    return rest.join('.') === group || (first === version && others.join('.') === group)
  }
  const found = resources.filter(resource => isCalled(resource) && isIn(resource))
  // A plural or kind is meant before another one's short name.
  return found.find(({ shortNames }) => !shortNames.includes(lower)) ?? found[0]
}

/** What comes near a word that means nothing: for the message. */
export function similarResources(resources: readonly NamedResource[], word: string): readonly string[] {
  const start = (word.split('.')[0] ?? '').toLowerCase().slice(0, 4)
  const names = resources.filter(({ plural }) => plural.startsWith(start)).map(nameOf)
  return [...new Set(names)].slice(0, 5)
}

function nameOf({ group, plural }: Resource): string {
  return group === '' ? plural : `${plural}.${group}`
}

function fromAggregated(document: unknown): readonly NamedResource[] {
  return listAt(document, 'items').flatMap(entry => {
    const group = stringAt(entry, 'metadata', 'name') ?? ''
    return listAt(entry, 'versions').flatMap(served => {
      const version = stringAt(served, 'version') ?? ''
      return listAt(served, 'resources').flatMap(resource => {
        const plural = stringAt(resource, 'resource')
        const kind = stringAt(resource, 'responseKind', 'kind')
        if (plural === undefined || kind === undefined || kind === '') return []
        const singular = stringAt(resource, 'singularResource') || kind.toLowerCase()
        const namespaced = stringAt(resource, 'scope') === 'Namespaced'
        return [{ group, version, plural, kind, namespaced, singular, ...namesAndVerbs(resource) }]
      })
    })
  })
}

function fromResourceList(
  document: unknown,
  { group, version }: { readonly group: string; readonly version: string },
): readonly NamedResource[] {
  return listAt(document, 'resources').flatMap(resource => {
    const [plural, kind] = [stringAt(resource, 'name'), stringAt(resource, 'kind')]
    if (plural === undefined || kind === undefined || plural.includes('/')) return []
    const singular = stringAt(resource, 'singularName') || kind.toLowerCase()
    const namespaced = objectAt(resource)?.['namespaced'] === true
    return [{ group, version, plural, kind, namespaced, singular, ...namesAndVerbs(resource) }]
  })
}

function namesAndVerbs(resource: unknown): Pick<NamedResource, 'shortNames' | 'verbs'> {
  const texts = (field: string): readonly string[] =>
    listAt(resource, field).filter((value): value is string => typeof value === 'string')
  return { shortNames: texts('shortNames'), verbs: texts('verbs') }
}
