import { clusterOfExecutionNamespace } from '../../api/names.ts'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { formatKey, keyOf } from '../../object/object-key.ts'
import { bindingState, stateOf, workState } from './state.ts'

/** One object of a tree. */
export interface TreeNode {
  /** Where it is: a member, or absent for the host. */
  readonly cluster?: string
  readonly kind: string
  readonly namespace?: string
  readonly name: string
  readonly state: string
  /** RFC 3339; absent for what is not there. */
  readonly created?: string
  readonly children: readonly TreeNode[]
}

/** What a member has of a Work. */
export interface MemberObjects {
  /** The object that the Work carries; undefined when the member does not have it. */
  readonly object: KubeObject | undefined
  /** Objects that may be owned by it, and by those again. */
  readonly others: readonly KubeObject[]
}

/** Everything that a tree is made of. */
export interface TreeInput {
  readonly template: KubeObject
  readonly binding: Binding | undefined
  readonly works: readonly Work[]
  /** Bindings of what it needs. */
  readonly attached: readonly Binding[]
  /** By cluster: what is there, or why that is not known. */
  readonly members: ReadonlyMap<string, MemberObjects | string>
}

/** The way of a template as a tree: template, binding, Works, what members have of each; and what goes along. */
export function buildTree({ template, binding, works, attached, members }: TreeInput): TreeNode {
  const along = attached.map(nodeOfAttached)
  const children = works.toSorted(byNamespace).map(work => nodeOfWork(work, members))
  const bindings = binding === undefined ? [] : [nodeOf(binding, bindingState(binding), [...children, ...along])]
  return nodeOf(template, stateOf(template), bindings)
}

function byNamespace(a: KubeObject, b: KubeObject): number {
  return formatKey(keyOf(a)) < formatKey(keyOf(b)) ? -1 : 1
}

function nodeOf(object: KubeObject, state: string, children: readonly TreeNode[]): TreeNode {
  const { namespace, name, creationTimestamp } = object.metadata
  return {
    kind: object.kind,
    ...(namespace && { namespace }),
    name,
    state,
    ...(creationTimestamp !== undefined && { created: creationTimestamp }),
    children,
  }
}

function nodeOfAttached(binding: Binding): TreeNode {
  const { kind, name, namespace = '' } = binding.spec.resource
  return nodeOf(binding, `goes along: ${kind} ${formatKey({ namespace, name })}`, [])
}

function nodeOfWork(work: Work, members: TreeInput['members']): TreeNode {
  const cluster = clusterOfExecutionNamespace(work.metadata.namespace ?? '') ?? ''
  const [manifest] = work.spec.workload?.manifests ?? []
  const found = members.get(cluster)
  return nodeOf(work, workState(work), [memberNode(cluster, manifest, found)].flat())
}

function memberNode(
  cluster: string,
  manifest: Readonly<Record<string, unknown>> | undefined,
  found: MemberObjects | string | undefined,
): readonly TreeNode[] {
  if (found === undefined) return []
  if (typeof found === 'string' || found.object === undefined) {
    const kind = typeof manifest?.['kind'] === 'string' ? manifest['kind'] : ''
    const state = typeof found === 'string' ? `not read: ${found}` : 'not there'
    return [{ cluster, kind, name: '', state, children: [] }]
  }
  return [{ ...nodeOf(found.object, stateOf(found.object), ownedBy(found.object, { ...found, cluster })), cluster }]
}

function ownedBy(owner: KubeObject, from: Pick<MemberObjects, 'others'> & { cluster: string }): readonly TreeNode[] {
  return from.others
    .filter(({ metadata }) => (metadata.ownerReferences ?? []).some(({ uid }) => uid === owner.metadata.uid))
    .filter(object => !isEmptyReplicaSet(object))
    .toSorted(byNamespace)
    .map(object => ({ ...nodeOf(object, stateOf(object), ownedBy(object, from)), cluster: from.cluster }))
}

/** A Deployment keeps ten of them, for rollbacks. */
function isEmptyReplicaSet(object: KubeObject): boolean {
  return object.kind === 'ReplicaSet' && stateOf(object) === '0/0 ready'
}
