import { CUSTOM_RESOURCE_DEFINITION, RESOURCE_BINDING, type Resource, WORK } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import { isAlreadyExists } from '../src/kube/status-error.ts'
import { valueAt } from '../src/object/field.ts'
import type { JsonObject, KubeObject } from '../src/object/kube-object.ts'
import { listCustomResources } from '../src/registration/custom-resources.ts'
import { apiVersionOf } from './workload.ts'

/** The same schemas under a group that nobody serves: the bare loop's writes cost as much and start nothing. */
const GROUP = 'bench.flotilla.dev'
export const BARE_BINDING: Resource = { ...RESOURCE_BINDING, group: GROUP }
export const BARE_WORK: Resource = { ...WORK, group: GROUP }

const SERVED_LIMIT_MS = 120_000
const POLL_MS = 500

/** Registers both kinds and waits until they are served. */
export async function registerBareKinds(host: Client): Promise<void> {
  for (const kind of [BARE_BINDING, BARE_WORK]) {
    await createDefinition(host, kind)
    await untilServed(host, kind)
  }
}

export async function removeBareKinds(host: Client): Promise<void> {
  for (const { plural } of [BARE_BINDING, BARE_WORK]) {
    await host.delete(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name: `${plural}.${GROUP}` })
  }
}

async function createDefinition(host: Client, { plural, kind }: Resource): Promise<void> {
  const original = listCustomResources().find(each => valueAt(each, 'spec', 'names', 'plural') === plural)
  if (original === undefined) throw new Error(`no CRD of ${plural}`)
  const names = { plural, kind, singular: kind.toLowerCase(), listKind: `${kind}List` }
  const definition: KubeObject = {
    apiVersion: original.apiVersion,
    kind: original.kind,
    metadata: { name: `${plural}.${GROUP}` },
    spec: {
      group: GROUP,
      names,
      scope: 'Namespaced',
      versions: valueAt(original, 'spec', 'versions'),
    },
  }
  try {
    await host.create(CUSTOM_RESOURCE_DEFINITION, definition, { timeoutMs: SERVED_LIMIT_MS })
  } catch (error) {
    if (!isAlreadyExists(error)) throw error
  }
}

async function untilServed(host: Client, resource: Resource): Promise<void> {
  const deadlineMs = Date.now() + SERVED_LIMIT_MS
  for (;;) {
    try {
      await host.list(resource)
      return
    } catch (error) {
      if (Date.now() > deadlineMs) throw error
    }
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/** @returns a binding as large as a real one. */
export function bareBinding(template: KubeObject, members: readonly string[]): KubeObject {
  const { namespace = '', name, uid, resourceVersion } = template.metadata
  return {
    apiVersion: apiVersionOf(BARE_BINDING),
    kind: BARE_BINDING.kind,
    metadata: {
      namespace,
      name,
      labels: { 'resourcebinding.karmada.io/permanent-id': uid ?? '' },
      annotations: { 'flotilla.dev/template-digest': 'x'.repeat(64) },
    },
    spec: {
      resource: { apiVersion: template.apiVersion, kind: template.kind, namespace, name, uid, resourceVersion },
      placement: { clusterAffinity: {}, replicaScheduling: { replicaSchedulingType: 'Duplicated' } },
      clusters: members.map(member => ({ name: member })),
      schedulerName: 'default-scheduler',
    },
  }
}

/** @returns the template as a member gets it. */
export function bareManifest({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  const { namespace = '', name, labels } = metadata
  return {
    ...rest,
    apiVersion,
    kind,
    metadata: { namespace, name, labels: { ...labels, 'karmada.io/managed': 'true' } },
  }
}

/** @returns the Work of one member, with the manifest in it; `isHeld`: it has a finalizer. */
export function bareWork(manifest: KubeObject, member: string, isHeld: boolean): KubeObject {
  const { namespace = '', name } = manifest.metadata
  return {
    apiVersion: apiVersionOf(BARE_WORK),
    kind: BARE_WORK.kind,
    metadata: {
      namespace,
      name: `${name}-${member}`,
      labels: { 'work.karmada.io/permanent-id': name },
      ...(isHeld && { finalizers: [`${GROUP}/held`] }),
    },
    spec: { workload: { manifests: [manifest] } },
  }
}

const CONDITION = { status: 'True', reason: 'Bench', message: 'As the bare loop has it', lastTransitionTime: '' }

/** @returns the status that a Work, a binding or a Deployment gets at the end. */
export function bareStatus(manifest: KubeObject, members: readonly string[]): JsonObject {
  const condition = { ...CONDITION, type: 'Applied', lastTransitionTime: new Date().toISOString() }
  return {
    conditions: [condition],
    aggregatedStatus: members.map(clusterName => ({ clusterName, applied: true, health: 'Healthy' })),
    manifestStatuses: [{ identifier: identifierOf(manifest), health: 'Healthy' }],
  }
}

function identifierOf({ kind, metadata }: KubeObject): JsonObject {
  const { namespace = '', name } = metadata
  return { ordinal: 0, version: 'v1', kind, resource: `${kind.toLowerCase()}s`, namespace, name }
}
