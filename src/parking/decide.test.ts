import { describe, expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { decideParking } from './decide.ts'

const REVISION = { 'deployment.kubernetes.io/revision': '1' }
const nowMs = Date.parse('2026-01-01T01:00:00Z')
const policy = (creationTimestamp: string, generation = 1) =>
  a.policy({ name: 'p', metadata: { creationTimestamp, generation } })
const early = policy('2026-01-01T00:00:00Z')
const late = policy('2026-01-01T00:59:00Z')
const deployment = (metadata: object) =>
  a.deployment({ name: 'web', metadata: { creationTimestamp: '2026-01-01T00:30:00Z', ...metadata } })

describe('a template that a policy claims', () => {
  it.each([
    { name: 'is parked when it never ran', template: deployment({}), by: late, want: 'park' },
    {
      name: 'goes on running when it ran before the policy came',
      template: deployment({ annotations: REVISION }),
      by: late,
      want: 'runs',
    },
    {
      name: 'is parked when the policy was there first',
      template: deployment({ annotations: REVISION }),
      by: early,
      want: 'park',
    },
    {
      name: 'goes on running when that policy has changed since',
      template: deployment({ annotations: REVISION }),
      by: policy('2026-01-01T00:00:00Z', 2),
      want: 'runs',
    },
    {
      name: 'is parked when it came together with its policy',
      template: deployment({ annotations: REVISION, creationTimestamp: '2026-01-01T00:59:58Z' }),
      by: policy('2026-01-01T00:59:59Z'),
      want: 'park',
    },
    {
      name: 'is left when it is parked',
      template: deployment({ labels: { 'flotilla.dev/parked': 'true' } }),
      by: early,
      want: 'none',
    },
    { name: 'is left when nothing of it runs', template: a.configMap({ name: 'c' }), by: early, want: 'none' },
  ])('$name', ({ template, by, want }) => expect(decideParking({ template, policy: by, nowMs }).type).toBe(want))
})

it('what runs although it was never meant to is marked for removal', () => {
  const decision = decideParking({ template: deployment({ annotations: REVISION }), policy: early, nowMs })
  expect(decision).toMatchObject({
    patch: { metadata: { annotations: { 'flotilla.dev/retire-host-copy': 'true' } }, spec: { paused: true } },
  })
})

it('a Pod that was made before its policy cannot be parked, and its user is told how else', () => {
  const decision = decideParking({
    template: a.object({ group: '', version: 'v1', kind: 'Pod', namespaced: true }, { name: 'p', spec: {} }),
    policy: early,
    nowMs,
  })
  expect(decision).toMatchObject({ type: 'runs', message: expect.stringContaining('delete and create it again') })
})
