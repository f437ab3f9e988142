import { BINDING_KINDS, CLUSTER_PROPAGATION_POLICY } from '../../api/kinds.ts'
import { LABEL } from '../../api/names.ts'
import type { Work } from '../../object/karmada-objects.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { claimBy } from '../../policy/claim.ts'
import { assembleWork, isSameWork, type WorkContent } from '../../rendering/assemble-work.ts'

/** One namespace of the host and one cluster. */
export interface Observed {
  /** Undefined when the host has it no more: the Work goes with it, by its owner. */
  readonly namespace: KubeObject | undefined
  /** The Work that carries the namespace to the cluster. */
  readonly existing: Work | undefined
  /** Whether the cluster takes Works: it is not leaving, and its execution namespace is there. */
  readonly open: boolean
  /** Whether the cluster is to have the namespace, by the settings. */
  readonly wanted: boolean
  /** Whether its name is one that is never propagated: Kubernetes' own, the operator's, Karmada's. */
  readonly reserved: boolean
  /** Whether the member keeps its namespace when the host's goes. */
  readonly preserved: boolean
  /** The Work as it should be. */
  readonly render: () => Work
}

export interface Action {
  readonly type: 'createWork' | 'updateWork'
  readonly work: Work
}

/**
 * What the Work of a namespace in a cluster needs. A Work is never taken away here: neither a label nor a setting deletes
 * the namespace in a member. One that is there is kept up to date whatever the settings are by now.
 *
 * @returns undefined when nothing is to be written.
 * @source spec/behaviour/propagation.md §10; design.md §2 "Namespaces"
 */
export function plan(observed: Observed): Action | undefined {
  const { namespace, existing, open, wanted } = observed
  if (!open || namespace === undefined || isGoing(namespace)) return undefined
  if (existing !== undefined && !isOurs(existing, namespace, wanted)) return undefined
  if (isSkipped(observed.reserved, namespace)) return planSkipped(observed)
  if (existing === undefined) return wanted ? { type: 'createWork', work: observed.render() } : undefined
  const work = observed.render()
  return isSameWork(work, existing) ? undefined : { type: 'updateWork', work }
}

/** What is in the member stays as it is; only whether it may be deleted there follows the settings. */
function planSkipped({ existing, preserved }: Observed): Action | undefined {
  if (existing === undefined || (existing.spec.preserveResourcesOnDeletion ?? false) === preserved) return undefined
  const work = { ...existing, spec: { ...existing.spec, preserveResourcesOnDeletion: preserved } }
  return { type: 'updateWork', work }
}

/**
 * Whether a namespace is left alone. One that a policy has claimed goes where the policy says: both would write the same
 * Work.
 */
function isSkipped(reserved: boolean, namespace: KubeObject): boolean {
  const label = namespace.metadata.labels?.[LABEL.skipAutoPropagation] ?? ''
  return reserved || label.toLowerCase() === 'true' || claimBy(CLUSTER_PROPAGATION_POLICY, namespace) !== undefined
}

/**
 * Not one that goes, belongs to a binding, or was made for an earlier namespace of this name: the garbage collector takes
 * that away, and it is made anew then. One that nobody owns becomes ours where the settings ask for a Work.
 */
function isOurs(work: Work, namespace: KubeObject, wanted: boolean): boolean {
  const { labels, ownerReferences = [] } = work.metadata
  if (isGoing(work) || BINDING_KINDS.some(kind => labels?.[kind.permanentIdLabel] !== undefined)) return false
  const owners = ownerReferences.filter(owner => owner.kind === 'Namespace')
  return owners.length === 0 ? wanted : owners.some(owner => owner.uid === namespace.metadata.uid)
}

function isGoing({ metadata }: KubeObject): boolean {
  return metadata.deletionTimestamp !== undefined
}

/**
 * The Work that carries a namespace to a cluster without a policy: it goes with the namespace, belongs to no binding, and
 * says nothing of conflicts.
 *
 * @param content its template is the namespace on the host
 * @source spec/behaviour/propagation.md §10
 */
export function renderNamespaceWork(content: WorkContent, preserved: boolean): Work {
  const { apiVersion, kind, metadata } = content.template
  // No blockOwnerDeletion: it would need a right on the namespace's finalizers, and nothing here waits for the Work.
  const owner = { apiVersion, kind, name: metadata.name, uid: metadata.uid ?? '', controller: true }
  return assembleWork(content, { labels: {}, annotations: {}, rules: {}, owner, suspended: false, preserved })
}
