import { describe, expect, it } from '@jest/globals'
import { aContext } from '../../testing/scheduling-context.ts'
import { spreadConstraint } from './spread-constraint.ts'

describe('SpreadConstraint (scheduling.md §4)', () => {
  it.each([
    { field: 'provider', spec: {}, want: 'cluster(s) did not have provider property' },
    { field: 'region', spec: {}, want: 'cluster(s) did not have region property' },
    { field: 'zone', spec: { zones: [] }, want: 'cluster(s) did not have zones property' },
    { field: 'provider', spec: { provider: 'aws' }, want: undefined },
    { field: 'region', spec: { region: 'eu' }, want: undefined },
    { field: 'zone', spec: { zones: ['a'] }, want: undefined },
    { field: 'cluster', spec: {}, want: undefined },
  ])('spreading by $field over $spec', ({ field, spec, want }) => {
    const context = aContext({ placement: { spreadConstraints: [{ spreadByField: field }] } })
    expect(spreadConstraint.filter?.(context, { metadata: { name: 'm' }, spec })).toBe(want)
  })

  it('without constraints every cluster is fit', () => {
    expect(spreadConstraint.filter?.(aContext({}), { metadata: { name: 'm' } })).toBeUndefined()
  })
})
