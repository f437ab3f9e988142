import { randomBytes } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { NAMESPACE, PROPAGATION_POLICY, RESOURCE_BINDING, type Resource } from '../src/api/kinds.ts'
import type { Client } from '../src/kube/client.ts'
import { isNotFound } from '../src/kube/status-error.ts'
import { listAt, numberAt, stringAt, valueAt } from '../src/object/field.ts'
import type { KubeObject } from '../src/object/kube-object.ts'
import type { ClusterUnderTest } from './cluster-under-test.ts'
import { type Sightings, watchSightings } from './sightings.ts'

export const CONFIG_MAP: Resource = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
}
export const DEPLOYMENT: Resource = {
  group: 'apps',
  version: 'v1',
  plural: 'deployments',
  kind: 'Deployment',
  namespaced: true,
}

/** Of the one policy of a workload. */
export const POLICY_NAME = 'bench'

/** A namespace whose ConfigMaps and Deployments go to all members. */
export interface Workload {
  readonly namespace: string
  /** Removes it from the host and from the members. */
  remove(): Promise<void>
}

/** What is watched while objects of one kind are on their way. */
export interface Journey {
  /** The last member has it. */
  inMembers(name: string): Promise<number>
  /** The last member has a status of its own for it (Deployment), or has it (a kind without status). */
  statusInMembers(name: string): Promise<number>
  /** The host shows what all members have. */
  statusOnHost(name: string): Promise<number>
  stop(): void
}

/** @returns a name that no other run uses. */
export function newNamespaceName(): string {
  return `flotilla-bench-${randomBytes(4).toString('hex')}`
}

/** Makes the namespace and its policy, and sends one object of each kind so that nothing is done for the first time later. */
export async function openWorkload(clusters: ClusterUnderTest, kinds: readonly Resource[]): Promise<Workload> {
  const namespace = newNamespaceName()
  await clusters.host.create(NAMESPACE, namespaceObject(namespace))
  await clusters.host.create(PROPAGATION_POLICY, policyFor(namespace, kinds))
  for (const kind of kinds) {
    const journey = await watchJourney(clusters, kind, namespace)
    await clusters.host.create(kind, template(kind, namespace, 'warm-up'))
    await journey.statusOnHost('warm-up')
    journey.stop()
  }
  return {
    namespace,
    remove: async () => {
      await removeNamespace(clusters.host, namespace)
      await Promise.all(clusters.members.map(member => removeNamespace(member, namespace)))
    },
  }
}

/** Opens the watches for objects of a kind. */
export async function watchJourney(clusters: ClusterUnderTest, kind: Resource, namespace: string): Promise<Journey> {
  const { host, members } = clusters
  const watchMembers = (nameOf: (object: KubeObject) => string | undefined): Promise<readonly Sightings[]> =>
    Promise.all(members.map(client => watchSightings({ client, resource: kind, namespace, nameOf })))
  const present = await watchMembers(({ metadata }) => metadata.name)
  const reported = kind === DEPLOYMENT ? await watchMembers(object => nameWithReplicas(object, 1)) : present
  const onHost =
    kind === DEPLOYMENT
      ? { client: host, resource: kind, namespace, nameOf: (o: KubeObject) => nameWithReplicas(o, members.length) }
      : {
          client: host,
          resource: RESOURCE_BINDING,
          namespace,
          nameOf: (o: KubeObject) => appliedName(o, members.length),
        }
  const shown = await watchSightings(onHost)
  return {
    inMembers: name => lastOf(present, name),
    statusInMembers: name => lastOf(reported, name),
    statusOnHost: name => shown.until(name),
    stop: () => {
      for (const each of [...present, ...reported, shown]) each.stop()
    },
  }
}

async function lastOf(sightings: readonly Sightings[], name: string): Promise<number> {
  return Math.max(...(await Promise.all(sightings.map(each => each.until(name)))))
}

/** Pods that exist, not that are ready: how fast a node starts one is no question of this bench. */
function nameWithReplicas(object: KubeObject, replicas: number): string | undefined {
  return numberAt(object, 'status', 'updatedReplicas') === replicas ? object.metadata.name : undefined
}

/** A ConfigMap has no status: its binding tells where it is. */
function appliedName(binding: KubeObject, members: number): string | undefined {
  const applied = listAt(binding, 'status', 'aggregatedStatus').filter(each => valueAt(each, 'applied') === true)
  return applied.length === members ? stringAt(binding, 'spec', 'resource', 'name') : undefined
}

export function namespaceObject(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
}

function policyFor(namespace: string, kinds: readonly Resource[]): KubeObject {
  return {
    apiVersion: 'policy.karmada.io/v1alpha1',
    kind: 'PropagationPolicy',
    metadata: { namespace, name: POLICY_NAME },
    spec: {
      resourceSelectors: kinds.map(kind => ({ apiVersion: apiVersionOf(kind), kind: kind.kind })),
      placement: { clusterAffinity: {}, replicaScheduling: { replicaSchedulingType: 'Duplicated' } },
    },
  }
}

export function apiVersionOf({ group, version }: Resource): string {
  return group === '' ? version : `${group}/${version}`
}

/** @returns an object as users write it: a small ConfigMap, or a Deployment of one replica. */
export function template(kind: Resource, namespace: string, name: string): KubeObject {
  const head = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { namespace, name, labels: { app: name } } }
  if (kind === CONFIG_MAP) return { ...head, data: { 'settings.yaml': `name: ${name}\nlevel: info\n` } }
  const container = { name: 'web', image: 'nginx:1.29', resources: { requests: { cpu: '1m', memory: '1Mi' } } }
  const labels = { app: name }
  return {
    ...head,
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [container] } },
    },
  }
}

/** @returns the names of a measurement's objects. */
export function objectNames(kind: Resource, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${kind.kind.toLowerCase()}-${index + 1}`)
}

/** Calls `work` for each name, at most `limit` at once. */
export async function forEachConcurrently(
  names: readonly string[],
  limit: number,
  work: (name: string) => Promise<void>,
): Promise<void> {
  const rest = [...names]
  const worker = async (): Promise<void> => {
    for (let name = rest.shift(); name !== undefined; name = rest.shift()) await work(name)
  }
  await Promise.all(Array.from({ length: Math.min(limit, names.length) }, worker))
}

/** Deletes a namespace with all that is in it, and waits until it is gone: what follows is not to be measured with it. */
export async function removeNamespace(client: Client, name: string): Promise<void> {
  const key = { namespace: '', name }
  const latestMs = performance.now() + REMOVED_AT_LATEST_MS
  try {
    await client.delete(NAMESPACE, key)
    while (performance.now() < latestMs) {
      await client.get(NAMESPACE, key)
      await sleep(REMOVED_POLL_MS)
    }
  } catch (error) {
    if (isNotFound(error)) return
    throw error
  }
  throw new Error(`${client.name}: namespace ${name} is not gone after ${REMOVED_AT_LATEST_MS} ms`)
}

const REMOVED_POLL_MS = 250
const REMOVED_AT_LATEST_MS = 300_000
