import type { Resource } from '../api/kinds.ts'
import type { JsonObject } from '../object/kube-object.ts'
import { isJsonObject } from '../object/raw-json.ts'

/** The resources of one group-version that have a kind; subresources left out. */
export interface ServedVersion {
  readonly group: string
  readonly version: string
  readonly resources: readonly Resource[]
  /** Plurals of those that can't be listed and watched (reviews, bindings): nothing can be kept of them. */
  readonly unwatchable: ReadonlySet<string>
}

/** What discovery documents said. Each malformed or failed part is left out and stands in `errors`. */
export interface ServedApis {
  readonly versions: readonly ServedVersion[]
  readonly errors: readonly string[]
}

// These go into paths and Cluster objects: nothing but what Kubernetes allows in a name.
const NAME = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/
const KIND = /^[A-Za-z][A-Za-z0-9-]{0,252}$/
const MAX_VERSIONS = 2_000
const MAX_RESOURCES = 20_000

/** Reads an aggregated discovery document (APIGroupDiscoveryList v2 or v2beta1). A stale version is an error. */
export function readAggregated(document: unknown): ServedApis {
  const versions: ServedVersion[] = []
  const errors: string[] = []
  for (const group of objectsIn(document, 'items')) {
    const metadata = isJsonObject(group['metadata']) ? group['metadata'] : {}
    const name = metadata['name'] ?? ''
    if (!isGroup(name)) errors.push('a group without a valid name')
    else for (const version of objectsIn(group, 'versions')) readVersion(name, version, { versions, errors })
  }
  return limited({ versions, errors })
}

/** True for what {@link readAggregated} reads. */
export function isAggregated(document: unknown): document is JsonObject {
  return isJsonObject(document) && document['kind'] === 'APIGroupDiscoveryList'
}

/** The group-versions in an APIVersions (`/api`) or APIGroupList (`/apis`) document. */
export function readVersionNames(
  document: unknown,
): readonly { readonly group: string; readonly version: string }[] | undefined {
  if (!isJsonObject(document)) return undefined
  if (document['kind'] === 'APIVersions' && Array.isArray(document['versions'])) {
    return document['versions'].filter(isName).map(version => ({ group: '', version }))
  }
  if (document['kind'] !== 'APIGroupList') return undefined
  return objectsIn(document, 'groups').flatMap(group =>
    objectsIn(group, 'versions').flatMap(({ version }) =>
      isName(group['name']) && isName(version) ? [{ group: group['name'], version }] : [],
    ),
  )
}

/** Reads an APIResourceList document, e.g. of `/apis/apps/v1`. @returns undefined when it is none. */
export function readResourceList(
  document: unknown,
  { group, version }: { readonly group: string; readonly version: string },
): ServedVersion | undefined {
  if (!isJsonObject(document) || document['kind'] !== 'APIResourceList') return undefined
  const entries = objectsIn(document, 'resources')
  const resources = entries.flatMap(({ name, kind, namespaced }) =>
    isName(name) && isKind(kind) ? [{ group, version, plural: name, kind, namespaced: namespaced === true }] : [],
  )
  return { group, version, resources, unwatchable: unwatchable(entries, 'name') }
}

function readVersion(group: string, version: JsonObject, into: { versions: ServedVersion[]; errors: string[] }): void {
  const name = version['version']
  if (!isName(name)) {
    into.errors.push(`group '${group}' has a version without a valid name`)
    return
  }
  if (version['freshness'] === 'Stale') into.errors.push(`${group}/${name}: the server behind it does not answer`)
  const entries = objectsIn(version, 'resources')
  const resources = entries.flatMap(({ resource, responseKind, scope }): Resource[] => {
    const kind = isJsonObject(responseKind) ? responseKind['kind'] : undefined
    if (!isName(resource) || !isKind(kind)) return []
    return [{ group, version: name, plural: resource, kind, namespaced: scope === 'Namespaced' }]
  })
  into.versions.push({ group, version: name, resources, unwatchable: unwatchable(entries, 'resource') })
}

function unwatchable(entries: readonly JsonObject[], nameField: string): ReadonlySet<string> {
  const lacking = entries.filter(
    ({ verbs }) => Array.isArray(verbs) && !WATCH_VERBS.every(verb => verbs.includes(verb)),
  )
  return new Set(lacking.map(entry => entry[nameField]).filter(isName))
}

const WATCH_VERBS: readonly string[] = ['list', 'watch']

function limited(apis: ServedApis): ServedApis {
  let room = MAX_RESOURCES
  const kept = apis.versions.slice(0, MAX_VERSIONS).filter(({ resources }) => {
    room -= resources.length
    return room >= 0
  })
  if (kept.length === apis.versions.length) return apis
  return { versions: kept, errors: [...apis.errors, 'more is served than is taken in'] }
}

function objectsIn(value: unknown, field: string): readonly JsonObject[] {
  const list: unknown = isJsonObject(value) ? value[field] : undefined
  return Array.isArray(list) ? list.filter(isJsonObject) : []
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && NAME.test(value)
}

function isGroup(value: unknown): value is string {
  return value === '' || isName(value)
}

function isKind(value: unknown): value is string {
  return typeof value === 'string' && KIND.test(value)
}
