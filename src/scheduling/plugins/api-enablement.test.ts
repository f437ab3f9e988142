import { describe, expect, it } from '@jest/globals'
import { aContext } from '../../testing/scheduling-context.ts'
import { apiEnablement } from './api-enablement.ts'

const REASON = 'cluster(s) did not have the API resource'
const serving = (groupVersion: string, kind: string) => ({
  metadata: { name: 'member1' },
  status: { apiEnablements: [{ groupVersion: 'v1' }, { groupVersion, resources: [{ kind }] }] },
})

describe('APIEnablement (scheduling.md §4)', () => {
  it.each([
    { name: 'the kind is served', cluster: serving('apps/v1', 'Deployment'), want: undefined },
    { name: 'another version is not enough', cluster: serving('apps/v1beta1', 'Deployment'), want: REASON },
    { name: 'another kind is not enough', cluster: serving('apps/v1', 'StatefulSet'), want: REASON },
    { name: 'nothing is known', cluster: { metadata: { name: 'member1' } }, want: REASON },
  ])('$name', ({ cluster, want }) => expect(apiEnablement.filter?.(aContext({}), cluster)).toBe(want))

  it('a placed object stays', () => {
    const context = aContext({ targetNames: new Set(['member1']) })
    expect(apiEnablement.filter?.(context, { metadata: { name: 'member1' } })).toBeUndefined()
  })
})
