import type { Resource } from '../api/kinds.ts'
import type { ObjectKey } from '../object/object-key.ts'
import type { ApplyOptions, ListQuery, WatchOptions, WriteOptions } from './client.ts'

/** `/api/v1` or `/apis/<group>/<version>`. */
function versionPath(resource: Resource): string {
  return resource.group === '' ? `/api/${resource.version}` : `/apis/${resource.group}/${resource.version}`
}

/** The path of a collection; of all namespaces when `namespace` is '' or absent. */
export function collectionPath(resource: Resource, namespace: string | undefined): string {
  const inNamespace = namespace === undefined || namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`
  return `${versionPath(resource)}${inNamespace}/${resource.plural}`
}

/** The path of an object, or of its subresource. */
export function objectPath(resource: Resource, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(resource, key.namespace)}/${encodeURIComponent(key.name)}`
  return subresource === undefined ? path : `${path}/${subresource}`
}

/** Query parameters that have a value, with the leading '?', or ''. */
export function formatQuery(parameters: Readonly<Record<string, string | number | boolean | undefined>>): string {
  let query = ''
  for (const name in parameters) {
    const value = parameters[name]
    if (value === undefined) continue
    query += `${query === '' ? '?' : '&'}${name}=${typeof value === 'string' ? encodeURIComponent(value) : value}`
  }
  return query
}

/** The query of a create, update, patch or (with `force`) apply. */
export function writeQuery(fieldManager: string, options: WriteOptions & Pick<ApplyOptions, 'force'>): string {
  const manager = options.fieldManager ?? fieldManager
  if (options.dryRun === undefined && options.force === undefined) return `?fieldManager=${encodeURIComponent(manager)}`
  return formatQuery({
    fieldManager: manager,
    force: options.force,
    dryRun: options.dryRun === true ? 'All' : undefined,
  })
}

/** The query of a watch. Bookmarks are always asked for. */
export function watchQuery(query: ListQuery, options: WatchOptions): string {
  return formatQuery({
    watch: true,
    allowWatchBookmarks: true,
    resourceVersion: options.resourceVersion === '' ? undefined : options.resourceVersion,
    sendInitialEvents: options.sendInitialEvents,
    // Required with sendInitialEvents.
    resourceVersionMatch: options.sendInitialEvents === true ? 'NotOlderThan' : undefined,
    timeoutSeconds: options.timeoutSeconds,
    labelSelector: query.labelSelector,
    fieldSelector: query.fieldSelector,
  })
}
