import type { BindingKind } from '../api/kinds.ts'
import { ANNOTATION } from '../api/names.ts'
import type { Binding, Work } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { carriedRules } from '../policy/member-rules.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'
import { assembleWork, type WorkContent } from './assemble-work.ts'
import type { TextMap } from './metadata.ts'

/** What the Work of a binding is made from. */
export interface WorkInput extends WorkContent {
  readonly binding: Binding
  readonly bindingKind: BindingKind
}

/**
 * The Work that carries a manifest to a target cluster of a binding; see {@link assembleWork}.
 *
 * @throws ReconcileError MissingPermanentId (backoff) while the binding has none
 * @source spec/behaviour/propagation.md §8.1, §8.2
 */
export function renderWork(input: WorkInput): Work {
  const { binding, cluster } = input
  return assembleWork(input, {
    labels: bindingIdOf(input),
    annotations: bindingAnnotations(input),
    rules: carriedRules(binding.metadata.annotations),
    suspended: isSuspended(binding, cluster),
    preserved: binding.spec.preserveResourcesOnDeletion ?? false,
  })
}

/**
 * Whether a binding is of something with replicas: only then are replicas revised.
 *
 * @source spec/behaviour/propagation.md §8 item 4b
 */
export function isWorkload({ spec }: Pick<Binding, 'spec'>): boolean {
  return (spec.replicas ?? 0) > 0 || spec.replicaRequirements !== undefined || (spec.components ?? []).length > 0
}

function bindingAnnotations({ binding, bindingKind, manifest }: WorkInput): TextMap {
  const { namespaceAnnotation, nameAnnotation } = bindingKind
  return {
    ...(namespaceAnnotation !== undefined && { [namespaceAnnotation]: binding.metadata.namespace ?? '' }),
    [nameAnnotation]: binding.metadata.name,
    [ANNOTATION.conflictResolution]: conflictResolution(binding, manifest),
  }
}

/** The user's word on the object wins over the policy's, if it is one of the two. */
function conflictResolution({ spec }: Binding, manifest: KubeObject): 'overwrite' | 'abort' {
  const own = manifest.metadata.annotations?.[ANNOTATION.conflictResolution]
  if (own === 'overwrite' || own === 'abort') return own
  return spec.conflictResolution === 'Overwrite' ? 'overwrite' : 'abort'
}

function isSuspended({ spec }: Binding, cluster: string): boolean {
  const suspension = spec.suspension
  return suspension?.dispatching === true || (suspension?.dispatchingOnClusters?.clusterNames ?? []).includes(cluster)
}

function bindingIdOf({ binding, bindingKind }: WorkInput): TextMap {
  const id = binding.metadata.labels?.[bindingKind.permanentIdLabel]
  if (id) return { [bindingKind.permanentIdLabel]: id }
  throw new ReconcileError('MissingPermanentId', `${binding.kind} ${binding.metadata.name} has no permanent-id yet`, {
    retry: 'backoff',
  })
}
