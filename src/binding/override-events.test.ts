import { describe, expect, it } from '@jest/globals'
import { OverrideError } from '../override/override-error.ts'
import { a } from '../testing/builders.ts'
import { refusalEvents, successEvents } from './override-events.ts'
import type { OverriddenWork } from './render-targets.ts'

const near = a.overridePolicy({ name: 'near' })
const wide = a.clusterOverridePolicy({ name: 'wide' })

// spec/behaviour/overrides.md §8
describe('a refusal', () => {
  const refused = (cluster: string, policy = near, text = 'spec.overriders.plaintext[0]: no') => ({
    cluster,
    error: new OverrideError(policy, text),
  })
  it('is told once for each policy and cause, with the clusters', () => {
    const events = refusalEvents([refused('m1'), refused('m2', wide), refused('m3'), refused('m4', near, 'other')])
    expect(events).toEqual([
      {
        policy: near,
        message: 'Apply override policy(default/near) for cluster(m1,m3) failed. spec.overriders.plaintext[0]: no',
      },
      {
        policy: wide,
        message: 'Apply cluster override policy(wide) for cluster(m2) failed. spec.overriders.plaintext[0]: no',
      },
      { policy: near, message: 'Apply override policy(default/near) for cluster(m4) failed. other' },
    ])
  })

  it('names a few of many clusters', () => {
    const [event] = refusalEvents(Array.from({ length: 10 }, (_, i) => refused(`m${i}`)))
    expect(event?.message).toContain('cluster(m0,m1,m2,m3,m4,m5,m6,m7 and 2 more) failed.')
  })
})

describe('a success', () => {
  const key = 'policy.karmada.io/applied-overrides'
  const work = (record?: string) => a.work({ ...(record !== undefined && { annotations: { [key]: record } }) })
  const given = (cluster: string, before: string | undefined, policies = [near]): OverriddenWork => ({
    cluster,
    desired: work('now'),
    existing: before === 'none' ? undefined : work(before),
    applied: policies.map(policy => ({ policy, overriders: {} })),
  })
  it.each([
    {
      name: 'in a new Work',
      works: [given('m1', 'none')],
      want: ['Apply override policy(default/near) for cluster(m1) succeed.'],
    },
    {
      name: 'in a Work that had another',
      works: [given('m1', 'before')],
      want: ['Apply override policy(default/near) for cluster(m1) succeed.'],
    },
    {
      name: 'for all clusters at once',
      works: [given('m1', undefined), given('m2', undefined)],
      want: ['Apply override policy(default/near) for cluster(m1,m2) succeed.'],
    },
    {
      name: 'for each policy, whatever the number of its rules',
      works: [given('m1', undefined, [wide, near, near])],
      want: [
        'Apply cluster override policy(wide) for cluster(m1) succeed.',
        'Apply override policy(default/near) for cluster(m1) succeed.',
      ],
    },
    { name: 'not when it was there before', works: [given('m1', 'now')], want: [] },
  ])('is told $name', ({ works, want }) => expect(successEvents(works).map(({ message }) => message)).toEqual(want))

  it.each([
    { name: 'a change of what was there', before: 'before', want: true },
    { name: 'part of the first placement', before: 'none', want: false },
  ])('is known as $name', ({ before, want }) => {
    expect(successEvents([given('m1', before)]).map(({ changed }) => changed)).toEqual([want])
  })
})
