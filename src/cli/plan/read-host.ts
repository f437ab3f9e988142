import {
  CLUSTER,
  CLUSTER_PROPAGATION_POLICY,
  CLUSTER_RESOURCE_BINDING,
  PROPAGATION_POLICY,
  RESOURCE_BINDING,
  RESOURCE_INTERPRETER_CUSTOMIZATION,
  type Resource,
} from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { newDiscovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { isForbidden, isNotFound } from '../../kube/status-error.ts'
import { bindingKeyOf } from '../../object/generated-names.ts'
import { gvkOf } from '../../object/gvk.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { keyOf, type ObjectKey } from '../../object/object-key.ts'
import { overlaid, type World, worldOf } from './world.ts'

export type HostReader = Pick<Client, 'get' | 'list' | 'request' | 'readDocument'>

/**
 * The world of files as it would be on a host: with its Clusters and policies where files have none of the name, and with what it
 * knows of the templates.
 *
 * @throws StatusError, TransportError when the host cannot be asked.
 */
export async function onHost(client: HostReader, files: World, signal: AbortSignal): Promise<World> {
  const discovery = newDiscovery(client)
  const looked = await Promise.all(
    files.templates.map(async template => {
      const resource = await discovery.resourceFor(gvkOf(template), { signal })
      return lookUp(client, { template: inScope(template, resource), resource }, signal)
    }),
  )
  const templates = looked.map(({ template }) => template)
  const host = worldOf([
    ...(await listRules(client, templates, signal)),
    ...looked.flatMap(({ binding }) => binding ?? []),
  ])
  return { ...overlaid(host, files), templates }
}

/** Whether a kind has namespaces, a host knows better than a file. */
function inScope(template: KubeObject, resource: Resource | undefined): KubeObject {
  if (resource === undefined || resource.namespaced) return template
  const { namespace: _namespace, ...metadata } = template.metadata
  return { ...template, metadata }
}

interface Wanted {
  readonly template: KubeObject
  readonly resource: Resource | undefined
}

async function lookUp(
  client: HostReader,
  { template, resource }: Wanted,
  signal: AbortSignal,
): Promise<{ readonly template: KubeObject; readonly binding: KubeObject | undefined }> {
  const key = bindingKeyOf(template)
  const kind = key.namespace === '' ? CLUSTER_RESOURCE_BINDING : RESOURCE_BINDING
  const [there, binding] = await Promise.all([
    resource && getOne(client, { resource, key: keyOf(template) }, signal),
    getOne(client, { resource: kind, key }, signal),
  ])
  return { template: asApplied(template, there), binding }
}

/** The template of a file, as it would be after it is applied: it keeps what the host knows of it. */
export function asApplied(template: KubeObject, there: KubeObject | undefined): KubeObject {
  if (there === undefined) return template
  const { uid, labels, annotations } = there.metadata
  const metadata = {
    ...template.metadata,
    ...(uid !== undefined && { uid }),
    labels: { ...labels, ...template.metadata.labels },
    annotations: { ...annotations, ...template.metadata.annotations },
  }
  return { ...template, metadata }
}

/** Clusters, and policies of the fleet and of the namespaces that count: nobody needs rights in others. */
async function listRules(
  client: HostReader,
  templates: readonly KubeObject[],
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const namespaces = new Set(templates.flatMap(({ metadata }) => metadata.namespace || []))
  const lists = await Promise.all([
    client.list(CLUSTER, {}, { signal }),
    listCustomizations(client, signal),
    client.list(CLUSTER_PROPAGATION_POLICY, {}, { signal }),
    ...[...namespaces].map(namespace => client.list(PROPAGATION_POLICY, { namespace }, { signal })),
  ])
  return lists.flatMap(({ items }) => items)
}

/** Who may not read them plans with what is built in. */
async function listCustomizations(
  client: HostReader,
  signal: AbortSignal,
): Promise<{ readonly items: readonly KubeObject[] }> {
  try {
    return await client.list(RESOURCE_INTERPRETER_CUSTOMIZATION, {}, { signal })
  } catch (error) {
    if (!isForbidden(error) && !isNotFound(error)) throw error
    return { items: [] }
  }
}

interface Named {
  readonly resource: Resource
  readonly key: ObjectKey
}

function getOne(client: HostReader, { resource, key }: Named, signal: AbortSignal): Promise<KubeObject | undefined> {
  return findOrUndefined(() => client.get(resource, key, { signal }))
}
