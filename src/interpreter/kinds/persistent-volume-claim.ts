import { stringAt, withValueAt } from '../../object/field.ts'
import type { AggregatedStatusItem, KindInterpreter } from '../kind-interpreter.ts'

/** @source spec/behaviour/status.md §3, §5; propagation.md §9.1 */
export const persistentVolumeClaim: KindInterpreter = {
  gvk: { group: '', version: 'v1', kind: 'PersistentVolumeClaim' },
  retain: (desired, observed) => {
    const volumeName = stringAt(observed, 'spec', 'volumeName') ?? ''
    return volumeName === '' ? desired : withValueAt(desired, ['spec', 'volumeName'], volumeName)
  },
  isHealthy: observed => stringAt(observed, 'status', 'phase') === 'Bound',
  // What a host's own controller says of its claim beside the phase stays: it would only write it again.
  aggregateStatus: (template, items) =>
    items.length === 0 ? template : withValueAt(template, ['status', 'phase'], aggregatePhase(items)),
}

/** One lost claim counts for all; else the last that is not bound; else all are bound. */
function aggregatePhase(items: readonly AggregatedStatusItem[]): string {
  const phases = items.map(item => stringAt(item.status, 'phase') ?? '').filter(phase => phase !== '')
  return phases.includes('Lost') ? 'Lost' : (phases.findLast(phase => phase !== 'Bound') ?? 'Bound')
}
