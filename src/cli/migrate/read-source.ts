import { BINDING_KINDS, CLUSTER, NAMESPACE, type Resource, SECRET, WORK } from '../../api/kinds.ts'
import { SYSTEM_NAMESPACE } from '../../api/names.ts'
import type { Client } from '../../kube/client.ts'
import type { Discovery } from '../../kube/discovery.ts'
import { findOrUndefined } from '../../kube/look.ts'
import { formatGvk, gvkOf, parseApiVersion } from '../../object/gvk.ts'
import type { Binding, Cluster, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../../object/object-key.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type HeldLease, readHeldLease } from '../../runtime/held-lease.ts'
import { isOf } from '../plan/world.ts'

/** A control plane of Karmada, as it is read once. */
export interface Source {
  /** UID of its namespace kube-system. */
  readonly id: string
  readonly clusters: readonly Cluster[]
  /** Those that Clusters name. */
  readonly secrets: readonly KubeObject[]
  readonly bindings: readonly Binding[]
  readonly works: readonly Work[]
  /** What users said: policies, override policies, customizations, and other kinds of Karmada's groups that the host serves. */
  readonly rules: readonly KubeObject[]
  /** Kinds of Karmada's groups that the host does not serve, with how many there are. */
  readonly unsupported: readonly { readonly kind: string; readonly count: number }[]
  /** The objects of the bindings. */
  readonly templates: readonly KubeObject[]
  /** Of the kinds that were asked for. */
  readonly extras: readonly KubeObject[]
  readonly namespaces: readonly KubeObject[]
  /** Leases of those processes of Karmada that change bindings, Works and members. */
  readonly leases: readonly HeldLease[]
}

export interface SourceDeps {
  readonly client: Pick<Client, 'get' | 'list'>
  readonly discovery: Pick<Discovery, 'readAll' | 'resourceFor'>
  /** Which resource of the host a kind is. */
  readonly host: Pick<Discovery, 'resourceFor'>
  readonly clock: Clock
}

/** Karmada's processes that write to bindings, Works and members. */
const PROCESSES = ['karmada-controller-manager', 'karmada-scheduler', 'karmada-descheduler'] as const
/** Groups of which each kind has a reader of its own here, or is about one moment. */
const NOT_RULES = ['work.karmada.io', 'cluster.karmada.io', 'search.karmada.io', 'apps.karmada.io']
const KARMADA_DOMAIN = '.karmada.io'

/**
 * Reads a control plane of Karmada. Nothing is written.
 *
 * @param include resources of which all objects are wanted, as `<plural>.<group>`.
 * @throws StatusError, TransportError
 */
export async function readSource(deps: SourceDeps, include: readonly string[], signal: AbortSignal): Promise<Source> {
  const list = lister(deps.client, signal)
  const [system, listed, works, namespaces, bindings] = await Promise.all([
    deps.client.get(NAMESPACE, { namespace: '', name: 'kube-system' }, { signal }),
    list(CLUSTER),
    list(WORK),
    list(NAMESPACE),
    Promise.all(BINDING_KINDS.map(kind => list(kind))),
  ])
  const placed = BINDING_KINDS.flatMap((kind, index) => (bindings[index] ?? []).filter(isOf<Binding>(kind)))
  const clusters = listed.filter(isOf<Cluster>(CLUSTER))
  const { rules, unsupported } = await readRules(deps, list, signal)
  return {
    id: system.metadata.uid ?? '',
    clusters,
    works: works.filter(isOf<Work>(WORK)),
    secrets: await readSecrets(deps, clusters, signal),
    bindings: placed,
    rules,
    unsupported,
    templates: await readTemplates(deps, list, placed),
    extras: await readExtras(deps, list, include),
    namespaces,
    leases: await readProcesses(deps, signal),
  }
}

type List = (resource: Resource) => Promise<readonly KubeObject[]>

function lister(client: Pick<Client, 'list'>, signal: AbortSignal): List {
  return async resource => (await findOrUndefined(() => client.list(resource, {}, { signal })))?.items ?? []
}

/** The Secrets by which a Cluster names what Karmada connects with. */
export function secretsNamedBy({ spec }: Cluster): readonly ObjectKey[] {
  return [spec.secretRef, spec.impersonatorSecretRef].flatMap(reference => reference ?? [])
}

async function readSecrets(
  { client }: SourceDeps,
  clusters: readonly Cluster[],
  signal: AbortSignal,
): Promise<readonly KubeObject[]> {
  const found = await Promise.all(
    clusters.flatMap(secretsNamedBy).map(key => findOrUndefined(() => client.get(SECRET, key, { signal }))),
  )
  return found.flatMap(secret => secret ?? [])
}

async function readRules(
  { discovery, host }: SourceDeps,
  list: List,
  signal: AbortSignal,
): Promise<Pick<Source, 'rules' | 'unsupported'>> {
  const { groupVersions } = await discovery.readAll({ signal })
  const kinds = groupVersions.flatMap(({ groupVersion, resources }) => {
    const { group, version } = parseApiVersion(groupVersion)
    const isRule = group.endsWith(KARMADA_DOMAIN) && !NOT_RULES.includes(group)
    return isRule ? resources.map(({ kind }) => ({ group, version, kind })) : []
  })
  const read = await Promise.all(
    kinds.map(async gvk => {
      const [from, to] = await Promise.all([discovery.resourceFor(gvk), host.resourceFor(gvk)])
      return { kind: gvk.kind, objects: from === undefined ? [] : await list(from), served: to !== undefined }
    }),
  )
  return {
    rules: read.flatMap(({ served, objects }) => (served ? objects : [])),
    unsupported: read
      .filter(({ served, objects }) => !served && objects.length > 0)
      .map(({ kind, objects }) => ({ kind, count: objects.length })),
  }
}

/** Kind by kind: one list costs less than a request for each of its objects. */
async function readTemplates(
  { discovery }: SourceDeps,
  list: List,
  bindings: readonly Binding[],
): Promise<readonly KubeObject[]> {
  const wanted = new Set(bindings.map(templateOf))
  const kinds = new Map(
    bindings.map(({ spec: { resource } }) => [`${resource.apiVersion} ${resource.kind}`, resource] as const),
  )
  const objects = await Promise.all(
    [...kinds.values()].map(async ({ apiVersion, kind }) => {
      const resource = await discovery.resourceFor({ ...parseApiVersion(apiVersion), kind })
      return resource === undefined ? [] : list(resource)
    }),
  )
  return objects.flat().filter(object => wanted.has(identityOf(object)))
}

async function readExtras(
  { discovery }: SourceDeps,
  list: List,
  include: readonly string[],
): Promise<readonly KubeObject[]> {
  if (include.length === 0) return []
  const { groupVersions } = await discovery.readAll()
  const named = groupVersions.flatMap(({ groupVersion, resources }) => {
    const { group, version } = parseApiVersion(groupVersion)
    const isWanted = (name: string): boolean => include.includes(group === '' ? name : `${name}.${group}`)
    return resources.flatMap(({ name, kind }) => (isWanted(name) ? [{ group, version, kind }] : []))
  })
  // A group may serve a kind in several versions: the first that discovery names is the preferred one.
  const once = [...new Map(named.map(gvk => [`${gvk.group}/${gvk.kind}`, gvk])).values()]
  const objects = await Promise.all(
    once.map(async gvk => {
      const resource = await discovery.resourceFor(gvk)
      return resource === undefined ? [] : list(resource)
    }),
  )
  return objects.flat()
}

async function readProcesses({ client, clock }: SourceDeps, signal: AbortSignal): Promise<readonly HeldLease[]> {
  const leases = await Promise.all(
    PROCESSES.map(name => readHeldLease({ client, clock }, { namespace: SYSTEM_NAMESPACE, name }, signal)),
  )
  return leases.flatMap(lease => lease ?? [])
}

/** Names an object, whatever it is: `apps/v1/Deployment shop/web`. */
export function identityOf(object: KubeObject): string {
  return `${formatGvk(gvkOf(object))} ${formatKey(keyOf(object))}`
}

/** Names the object of a binding in the same way. */
export function templateOf({ spec: { resource } }: Pick<Binding, 'spec'>): string {
  const { apiVersion, kind, namespace = '', name } = resource
  return `${formatGvk({ ...parseApiVersion(apiVersion), kind })} ${formatKey({ namespace, name })}`
}

/** `Deployment shop/web` */
export function nameOf(object: KubeObject): string {
  return `${object.kind} ${formatKey(keyOf(object))}`
}
