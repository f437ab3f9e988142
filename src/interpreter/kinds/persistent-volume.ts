import { objectAt, withValueAt } from '../../object/field.ts'
import type { KubeObject } from '../../object/kube-object.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'
import { worstPhase } from '../phase.ts'

/** Worst first; a cluster without a status counts as Pending. */
const PHASES = ['Failed', 'Pending', 'Available', 'Bound', 'Released']

/** @source spec/behaviour/status.md §3, propagation.md §9.1 */
export const persistentVolume: KindInterpreter = {
  gvk: { group: '', version: 'v1', kind: 'PersistentVolume' },
  retain: (desired: KubeObject, observed: KubeObject) => {
    const claimRef = objectAt(observed, 'spec', 'claimRef')
    return claimRef === undefined ? desired : withValueAt(desired, ['spec', 'claimRef'], claimRef)
  },
  aggregateStatus: (template, items) => {
    const phase = worstPhase(items, { phases: PHASES, withoutStatus: 'Pending' })
    return phase === undefined ? template : withValueAt(template, ['status', 'phase'], phase)
  },
}
