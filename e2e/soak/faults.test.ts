import { describe, expect, it } from '@jest/globals'
import { FAULTS, faultsNamed, mayEndOperators, pickFaults } from './faults.ts'
import { newRandom } from './random.ts'

describe('faults', () => {
  it('have names of their own', () => {
    const names = FAULTS.map(({ name }) => name)
    expect(faultsNamed(names)).toHaveLength(names.length)
    expect(new Set(names).size).toBe(names.length)
  })

  it('that come together hit different ones, and all of them come at some time', () => {
    const random = newRandom(1)
    const phases = Array.from({ length: 2_000 }, () => pickFaults(random))
    for (const faults of phases) expect(new Set(faults.map(({ hits }) => hits)).size).toBe(faults.length)
    expect(new Set(phases.flat())).toEqual(new Set(FAULTS))
    expect(phases.some(faults => faults.length === 2)).toBe(true)
  })

  it.each([
    { names: ['nothing'], want: false },
    { names: ['a member is late'], want: false },
    { names: ['the host is late', 'a member is late'], want: true },
    { names: ['the leader hangs'], want: true },
    { names: ['etcd hangs'], want: true },
    { names: [], want: false },
  ])('$names may make an operator end by itself: $want', ({ names, want }) => {
    expect(mayEndOperators(names)).toBe(want)
  })
})
