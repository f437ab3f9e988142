import { objectAt, stringAt, withValueAt } from '../../object/field.ts'
import type { KindInterpreter } from '../kind-interpreter.ts'

/** @source spec/behaviour/propagation.md §9.1 */
export const secret: KindInterpreter = {
  gvk: { group: '', version: 'v1', kind: 'Secret' },
  retain: (desired, observed) => {
    const isToken = stringAt(desired, 'type') === 'kubernetes.io/service-account-token'
    const data = objectAt(observed, 'data')
    return isToken && data ? withValueAt(desired, ['data'], data) : desired
  },
}
