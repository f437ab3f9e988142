import { CRD_MANIFESTS } from '../../api/generated/crds.ts'
import { CLUSTER, CUSTOM_RESOURCE_DEFINITION, type Resource } from '../../api/kinds.ts'
import type { Client } from '../../kube/client.ts'
import { findOrUndefined, type Looked, look } from '../../kube/look.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { HostFacts } from '../../parking/host-kind.ts'
import { readHostFacts } from '../../parking/read-host-facts.ts'
import type { Clock } from '../../runtime/clock.ts'
import { type HeldLease, readHeldLease } from '../../runtime/held-lease.ts'

/** What the apiserver has of one kind: undefined when it does not serve it. */
export type Served = Looked<readonly KubeObject[] | undefined>

/** What can be seen of an installation, with the rights that the user has. */
export interface Observed {
  readonly facts: HostFacts
  /** The operator's; undefined when nobody holds it. */
  readonly lease: Looked<HeldLease | undefined>
  /** The CRDs of this release that are there. */
  readonly crds: Looked<readonly KubeObject[]>
  /** Admission policies and bindings, by kind. */
  readonly admission: ReadonlyMap<string, Served>
  readonly clusters: Served
}

export interface ObserveOptions {
  /** Where the operator's Lease is. */
  readonly lease: { readonly namespace: string; readonly name: string }
  /** Kinds of the admission policies to look for. */
  readonly admissionKinds: readonly string[]
}

export interface ObserveDeps {
  readonly client: Pick<Client, 'get' | 'list' | 'listPage' | 'request' | 'readDocument'>
  readonly clock: Clock
}

/** Names of the CRDs that belong to this release. */
export const CRD_NAMES: readonly string[] = CRD_MANIFESTS.map(text => {
  const manifest: KubeObject = JSON.parse(text)
  return manifest.metadata.name
})

/** @throws StatusError, TransportError when the host cannot be asked at all. */
export async function observe(deps: ObserveDeps, options: ObserveOptions, signal: AbortSignal): Promise<Observed> {
  const { lease, admissionKinds } = options
  const [facts, held, crds, clusters, ...admission] = await Promise.all([
    readHostFacts(deps, signal),
    look(`Lease ${lease.namespace}/${lease.name}`, () => readHeldLease(deps, lease, signal)),
    look('CustomResourceDefinitions', () => readCrds(deps.client, signal)),
    listServed(deps.client, CLUSTER, signal),
    ...admissionKinds.map(kind => listServed(deps.client, admissionResource(kind), signal)),
  ])
  const byKind = new Map(admission.map((served, index) => [admissionKinds[index] ?? '', served]))
  return { facts, lease: held, crds, clusters, admission: byKind }
}

async function readCrds(client: Pick<Client, 'get'>, signal: AbortSignal): Promise<readonly KubeObject[]> {
  const found = await Promise.all(
    CRD_NAMES.map(name =>
      findOrUndefined(() => client.get(CUSTOM_RESOURCE_DEFINITION, { namespace: '', name }, { signal })),
    ),
  )
  return found.flatMap(crd => crd ?? [])
}

function listServed(client: Pick<Client, 'list'>, resource: Resource, signal: AbortSignal): Promise<Served> {
  return look(resource.plural, () => findOrUndefined(async () => (await client.list(resource, {}, { signal })).items))
}

/** Every kind of admission policy is called after its resource. */
function admissionResource(kind: string): Resource {
  const singular = kind.toLowerCase()
  const plural = singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`
  return { group: 'admissionregistration.k8s.io', version: 'v1', plural, kind, namespaced: false }
}
