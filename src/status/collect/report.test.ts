import { describe, expect, it } from '@jest/globals'
import type { Binding, Work } from '../../object/karmada-objects.ts'
import type { Change } from '../../runtime/informer.ts'
import { a } from '../../testing/builders.ts'
import { gatherFor, isReport, isStatusDue } from './report.ts'

const work = (status?: Work['status'], spec: Work['spec'] = {}): Work => ({
  apiVersion: 'work.karmada.io/v1alpha1',
  kind: 'Work',
  metadata: { name: 'web', namespace: 'karmada-es-m1' },
  spec,
  ...(status && { status }),
})
const [silent, told, toldAnew] = [work(), work({ conditions: [] }), work({ conditions: [] })]
const suspended = { ...told, spec: { suspendDispatching: true } }

describe('a change of a Work is a report', () => {
  it.each<{ readonly name: string; readonly change: Change<Work>; readonly want: boolean }>([
    { name: 'when it goes', change: { type: 'deleted', object: silent }, want: true },
    { name: 'when it is found with a status', change: { type: 'added', object: told, initial: true }, want: true },
    { name: 'not when it has just been made', change: { type: 'added', object: silent, initial: false }, want: false },
    {
      name: 'when its status is another one',
      change: { type: 'updated', object: toldAnew, previous: told },
      want: true,
    },
    { name: 'not when only its spec is', change: { type: 'updated', object: suspended, previous: told }, want: false },
  ])('$name', ({ change, want }) => expect(isReport(change)).toBe(want))
})

describe('a change of a binding', () => {
  const permanentIdLabel = 'permanent-id'
  const annotations = { decision: 'a' }
  const binding = (more: Parameters<typeof a.binding>[0]): Binding => a.binding({ annotations, ...more })
  const updated = (more: Parameters<typeof a.binding>[0]): Change<Binding> => {
    return { type: 'updated', object: binding(more), previous: binding({}) }
  }

  it.each<{ readonly name: string; readonly change: Change<Binding>; readonly want: boolean }>([
    { name: 'that is new', change: { type: 'added', object: binding({}), initial: false }, want: true },
    { name: 'to another spec', change: updated({ metadata: { generation: 9 } }), want: true },
    { name: 'by scheduling', change: updated({ annotations: { decision: 'b' } }), want: true },
    { name: 'by which its Works are found', change: updated({ labels: { [permanentIdLabel]: 'x' } }), want: true },
    { name: 'of another label', change: updated({ labels: { other: 'x' } }), want: false },
    { name: 'of its status by somebody else', change: updated({ status: { conditions: [] } }), want: true },
  ])('$name: $want', ({ change, want }) => {
    expect(isStatusDue({ permanentIdLabel }, change, { has: () => false })).toBe(want)
  })

  it('is none when it is what was just written', () => {
    const change = updated({ status: { conditions: [] } })
    expect(isStatusDue({ permanentIdLabel }, change, { has: () => true })).toBe(false)
  })
})

describe('changes of a status', () => {
  it('are gathered for the whole time where others are at work', () => expect(gatherFor({ idle: false }, 20)).toBe(20))
  it('are gathered for a part of it where nobody is', () => expect(gatherFor({ idle: true }, 20)).toBe(5))
})
