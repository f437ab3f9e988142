import {
  BINDING_KINDS,
  CLUSTER,
  CLUSTER_OVERRIDE_POLICY,
  CLUSTER_PROPAGATION_POLICY,
  CLUSTER_RESOURCE_BINDING,
  OVERRIDE_POLICY,
  PROPAGATION_POLICY,
  RESOURCE_BINDING,
  type Resource,
  WORK,
} from '../../api/kinds.ts'
import type { Client, ListQuery } from '../../kube/client.ts'
import { findOrUndefined, foundIn, type Looked, look } from '../../kube/look.ts'
import { isConditionTrue } from '../../object/condition.ts'
import { bindingName } from '../../object/generated-names.ts'
import type { Binding, Cluster, OverridePolicy, Policy, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf, type ObjectKey } from '../../object/object-key.ts'
import { dependedByLabel } from '../../rendering/attached-binding.ts'
import { selects } from '../../rendering/selects.ts'
import type { Clock } from '../../runtime/clock.ts'
import { readHeldLease } from '../../runtime/held-lease.ts'
import { isOf } from '../plan/world.ts'
import { compareTold, type EventsOf, readEvents, type ToldEvent } from '../read-events.ts'
import type { NamedSubject } from '../subject.ts'
import type { Observed } from './observed.ts'

/** Works of which events are read: more would only repeat them. */
const MOST_WORKS = 10

export interface ObserveDeps {
  readonly client: Pick<Client, 'get' | 'list'>
  readonly clock: Clock
}

export interface ObserveOptions extends NamedSubject {
  /** Where the operator's Lease is. */
  readonly lease: ObjectKey
}

/**
 * Reads what the host holds of one template, as far as the user's rights go.
 *
 * @throws StatusError, TransportError when the host cannot be asked at all.
 */
export async function observe(deps: ObserveDeps, options: ObserveOptions, signal: AbortSignal): Promise<Observed> {
  const { resource, key, lease } = options
  const reader = newReader(deps.client, signal)
  const { namespace } = key
  const inNamespace = <T extends KubeObject>(kind: Resource) =>
    namespace === '' ? Promise.resolve({ found: [] }) : reader.list<T>(kind, { namespace })
  const [template, operator, policies, clusterPolicies, overrides, clusterOverrides, clusters, binding] =
    await Promise.all([
      reader.get(resource, key),
      look(`Lease ${formatKey(lease)}`, () => readHeldLease(deps, lease, signal)),
      inNamespace<Policy>(PROPAGATION_POLICY),
      reader.list<Policy>(CLUSTER_PROPAGATION_POLICY, {}),
      inNamespace<OverridePolicy>(OVERRIDE_POLICY),
      reader.list<OverridePolicy>(CLUSTER_OVERRIDE_POLICY, {}),
      reader.list<Cluster>(CLUSTER, {}),
      reader.binding(resource, key),
    ])
  const known = { resource, key, template: foundIn(template), binding: foundIn(binding) }
  const parts = await readParts(reader, known)
  const concerned = [...(foundIn(policies) ?? []), ...(foundIn(clusterPolicies) ?? [])]
  const events = await readAllEvents(
    deps.client,
    { ...known, policies: concerned, works: foundIn(parts.works) },
    signal,
  )
  const both = bothOverrides(overrides, clusterOverrides)
  return {
    subject: { gvk: resource, key },
    nowMs: deps.clock.nowMs(),
    template,
    operator,
    lease: formatKey(lease),
    policies,
    clusterPolicies,
    overrides: both,
    clusters,
    binding,
    ...parts,
    events,
  }
}

/** What belongs to one template on the host: its binding, its Works, and bindings of what it needs. */
export async function observeTemplate(
  client: Pick<Client, 'get' | 'list'>,
  { resource, key }: NamedSubject,
  signal: AbortSignal,
): Promise<Pick<Observed, 'template' | 'binding' | 'works' | 'attached'>> {
  const reader = newReader(client, signal)
  const [template, binding] = await Promise.all([reader.get(resource, key), reader.binding(resource, key)])
  const known = { resource, key, template: foundIn(template), binding: foundIn(binding) }
  return { template, binding, ...(await readParts(reader, known)) }
}

type Reader = ReturnType<typeof newReader>

/** Reads what there is, with the rights that there are; a kind that is not served has no objects. */
function newReader(client: ObserveDeps['client'], signal: AbortSignal) {
  const list = <T extends KubeObject>(resource: Resource, query: ListQuery): Promise<Looked<readonly T[]>> =>
    look(resource.plural, async () => {
      const page = await findOrUndefined(() => client.list(resource, query, { signal }))
      return (page?.items ?? []).filter(isOf<T>(resource))
    })
  const get = (resource: Resource, key: ObjectKey): Promise<Looked<KubeObject | undefined>> =>
    look(`${resource.kind} ${formatKey(key)}`, () => findOrUndefined(() => client.get(resource, key, { signal })))
  const binding = async (resource: Resource, { namespace, name }: ObjectKey): Promise<Looked<Binding | undefined>> => {
    const kind = namespace === '' ? CLUSTER_RESOURCE_BINDING : RESOURCE_BINDING
    const looked = await get(kind, { namespace, name: bindingName({ kind: resource.kind, name }) })
    if (!('found' in looked)) return looked
    return { found: [looked.found].flatMap(each => each ?? []).find(isOf<Binding>(kind)) }
  }
  return { list, get, binding }
}

interface Known {
  readonly resource: Resource
  readonly key: ObjectKey
  readonly template: KubeObject | undefined
  readonly binding: Binding | undefined
}

/** What follows from a binding. */
async function readParts(reader: Reader, { binding }: Known): Promise<Pick<Observed, 'works' | 'attached'>> {
  const kind = BINDING_KINDS.find(row => row.kind === binding?.kind)
  const id = kind && binding?.metadata.labels?.[kind.permanentIdLabel]
  if (binding === undefined || kind === undefined || !id) return { works: { found: [] }, attached: { found: [] } }
  const { namespace } = binding.metadata
  const [works, attached] = await Promise.all([
    reader.list<Work>(WORK, { labelSelector: `${kind.permanentIdLabel}=${id}` }),
    reader.list<Binding>(kind, { labelSelector: dependedByLabel(binding), ...(namespace && { namespace }) }),
  ])
  return { works, attached }
}

function bothOverrides(
  namespaced: Looked<readonly OverridePolicy[]>,
  cluster: Looked<readonly OverridePolicy[]>,
): Observed['overrides'] {
  if (!('found' in namespaced)) return namespaced
  return 'found' in cluster ? { found: { namespaced: namespaced.found, cluster: cluster.found } } : cluster
}

async function readAllEvents(
  client: Pick<Client, 'list'>,
  known: Known & { readonly policies: readonly Policy[]; readonly works: readonly Work[] | undefined },
  signal: AbortSignal,
): Promise<readonly ToldEvent[]> {
  const { resource, key, template, binding, policies, works = [] } = known
  const restless = works.filter(
    ({ status }) =>
      !isConditionTrue(status?.conditions, 'Applied') || status?.manifestStatuses?.[0]?.health !== 'Healthy',
  )
  const objects = [
    ...(binding === undefined ? [] : [binding]),
    ...policies.filter(policy => template !== undefined && selects(policy, template)),
    ...restless.slice(0, MOST_WORKS),
  ]
  const about: readonly EventsOf[] = [
    { kind: resource.kind, ...key, uid: template?.metadata.uid },
    ...objects.map(object => ({ kind: object.kind, ...keyOf(object), uid: object.metadata.uid })),
  ]
  const told = await Promise.all(about.map(each => readEvents(client, each, signal)))
  return told.flat().toSorted((a, b) => compareTold(b, a))
}
