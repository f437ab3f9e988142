import { listAt, stringAt, valueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import { type Amounts, readAmounts } from './amounts.ts'

/** What the cache keeps of a member's node: what is summed, nothing else. */
export interface NodeFacts extends KubeObject {
  /** Condition Ready is True; a cordoned node may be ready. */
  readonly ready: boolean
  readonly allocatable: Amounts
}

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
  }
}
