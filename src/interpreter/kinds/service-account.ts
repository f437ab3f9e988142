import { listAt, stringAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'

/** @source spec/behaviour/propagation.md §9.1 */
export const serviceAccount: KindInterpreter = {
  gvk: { group: '', version: 'v1', kind: 'ServiceAccount' },
  retain: (desired, observed) => unite(unite(desired, observed, 'secrets'), observed, 'imagePullSecrets'),
}

/** Token controllers of a member add their own references: both stay, each name once, the template's first. */
function unite(desired: KubeObject, observed: KubeObject, field: 'secrets' | 'imagePullSecrets'): KubeObject {
  const own = listAt(desired, field)
  const names = new Set(own.map(reference => stringAt(reference, 'name')))
  const added = listAt(observed, field).filter(reference => !names.has(stringAt(reference, 'name')))
  return added.length === 0 ? desired : withValueAt(desired, [field], [...own, ...added])
}
