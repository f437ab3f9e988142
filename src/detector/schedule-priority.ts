import type { BindingKind } from '../api/kinds.ts'
import { numberAt } from '../object/field.ts'
import type { Policy } from '../object/karmada-objects.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { ReconcileError } from '../runtime/reconcile-error.ts'

export interface PriorityInput {
  readonly policy: Policy
  readonly bindingKind: BindingKind
  /** The PriorityClass of the host of that name. */
  readonly readClass: (name: string) => Promise<KubeObject | undefined>
}

/**
 * How urgent a policy says that its workloads are: the value of a PriorityClass of the host. Only namespaced bindings have it. (The CRD
 * admits no other source.)
 *
 * @returns undefined when the policy says nothing.
 * @throws ReconcileError PriorityClassMissing (backoff)
 * @source spec/behaviour/propagation.md §6 "schedulePriority"
 */
export async function schedulePriorityOf({
  policy,
  bindingKind,
  readClass,
}: PriorityInput): Promise<number | undefined> {
  const { schedulePriority } = policy.spec
  if (schedulePriority === undefined || !bindingKind.namespaced) return undefined
  const { priorityClassName } = schedulePriority
  const priority = numberAt(await readClass(priorityClassName), 'value')
  if (priority !== undefined) return priority
  const text = `policy ${policy.metadata.name} names PriorityClass ${priorityClassName}, which the host does not have`
  throw new ReconcileError('PriorityClassMissing', text, { retry: 'backoff' })
}
