import { listAt, stringAt, valueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { Labels } from '../../object/selector.ts'
import type { Taint } from '../../policy/toleration.ts'
import { type Amounts, readAmounts } from './amounts.ts'

/** What the cache keeps of a member's node: what is summed, and what decides who may run there. */
export interface NodeFacts extends KubeObject {
  /** Condition Ready is True; a cordoned node may be ready. */
  readonly ready: boolean
  readonly allocatable: Amounts
  readonly labels: Labels
  readonly taints: readonly Taint[]
}

/** What kube-controller-manager makes of `spec.unschedulable`, a moment later. */
const UNSCHEDULABLE: Taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' }

/** Projects a node. @source spec/behaviour/clusters.md §2 rule 6 */
export function projectNode(node: KubeObject): NodeFacts {
  const { name, resourceVersion } = node.metadata
  return {
    apiVersion: node.apiVersion,
    kind: node.kind,
    metadata: { name, ...(resourceVersion === undefined ? {} : { resourceVersion }) },
    ready: listAt(node, 'status', 'conditions').some(
      condition => stringAt(condition, 'type') === 'Ready' && stringAt(condition, 'status') === 'True',
    ),
    allocatable: readAmounts(valueAt(node, 'status', 'allocatable')),
    labels: node.metadata.labels ?? {},
    taints: taintsOf(node),
  }
}

/** PreferNoSchedule keeps nobody away. */
function taintsOf(node: KubeObject): readonly Taint[] {
  const taints = listAt(node, 'spec', 'taints').flatMap((taint): readonly Taint[] => {
    const [key, value, effect] = ['key', 'value', 'effect'].map(field => stringAt(taint, field))
    if (key === undefined || effect === undefined || effect === 'PreferNoSchedule') return []
    return [{ key, ...(value !== undefined && { value }), effect }]
  })
  const isCordoned = valueAt(node, 'spec', 'unschedulable') === true
  return isCordoned && !taints.some(({ key }) => key === UNSCHEDULABLE.key) ? [...taints, UNSCHEDULABLE] : taints
}
