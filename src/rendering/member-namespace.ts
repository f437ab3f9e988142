import { LABEL } from '../api/names.ts'
import type { KubeObject } from '../object/kube-object.ts'
import { prune } from './prune.ts'
import { stripManaged } from './strip-managed.ts'

/**
 * A namespace as it is made in a member when the first object needs it: with the host's labels, marked as ours, and
 * without what ties it to a policy or a GitOps tool of the host.
 *
 * @source design.md §2 "Namespaces", rules of writing 10
 */
export function memberNamespace(name: string, hostLabels: Readonly<Record<string, string>>): KubeObject {
  const copied = prune(stripManaged({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels: hostLabels } }))
  return { ...copied, metadata: { name, labels: { ...copied.metadata.labels, [LABEL.managed]: 'true' } } }
}
