import { describe, expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { decideParking } from './decide.ts'

const REVISION = { 'deployment.kubernetes.io/revision': '1' }
const nowMs = Date.parse('2026-01-01T01:00:00Z')
const policyOf = (creationTimestamp: string) => a.policy({ name: 'p', metadata: { creationTimestamp } })
const early = policyOf('2026-01-01T00:00:00Z')
const late = policyOf('2026-01-01T00:59:00Z')
const justNow = '2026-01-01T00:59:58Z'
const deployment = (metadata: object) =>
  a.deployment({ name: 'web', metadata: { creationTimestamp: '2026-01-01T00:30:00Z', ...metadata } })
const started = (creationTimestamp: string) =>
  a.job({ name: 'j', metadata: { creationTimestamp }, status: { startTime: creationTimestamp } })

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
      name: 'goes on running when an old policy begins to select it',
      template: deployment({ annotations: REVISION }),
      by: early,
      want: 'runs',
    },
    {
      name: 'is parked when it has just come after its policy',
      template: deployment({ annotations: REVISION, creationTimestamp: justNow }),
      by: early,
      want: 'park',
    },
    {
      name: 'is parked when it came together with its policy',
      template: deployment({ annotations: REVISION, creationTimestamp: justNow }),
      by: policyOf('2026-01-01T00:59:59Z'),
      want: 'park',
    },
    {
      name: 'goes on running when clocks differ',
      template: deployment({ annotations: REVISION, creationTimestamp: '2026-01-01T01:30:00Z' }),
      by: early,
      want: 'runs',
    },
    { name: 'is left when it is parked', template: parkedDeployment(), by: early, want: 'none' },
    {
      name: 'is parked again when only its field was taken away',
      template: deployment({ labels: { 'flotilla.dev/parked': 'true' } }),
      by: early,
      want: 'park',
    },
    { name: 'is left when nothing of it runs', template: a.configMap({ name: 'c' }), by: early, want: 'none' },
    { name: 'is left when it is a Job that has begun', template: started(justNow), by: early, want: 'runs' },
  ])('$name', ({ template, by, want }) => {
    expect(decideParking({ template, policy: by, isFirstClaim: true, nowMs }).type).toBe(want)
  })
})

it('one that was claimed before and runs all the same is not stopped', () => {
  const template = deployment({ annotations: REVISION, creationTimestamp: justNow })
  expect(decideParking({ template, policy: early, isFirstClaim: false, nowMs }).type).toBe('runs')
})

it('what runs although it was never meant to is marked for removal', () => {
  const template = deployment({ annotations: REVISION, creationTimestamp: justNow })
  const decision = decideParking({ template, policy: early, isFirstClaim: true, nowMs })
  expect(decision).toMatchObject({
    patch: { metadata: { annotations: { 'flotilla.dev/retire-host-copy': 'true' } }, spec: { paused: true } },
  })
})

it('a Pod that was made before its policy cannot be parked, and its user is told how else', () => {
  const pod = a.object({ group: '', version: 'v1', kind: 'Pod', namespaced: true }, { name: 'p', spec: {} })
  const decision = decideParking({ template: pod, policy: early, isFirstClaim: true, nowMs })
  expect(decision).toMatchObject({ type: 'runs', message: expect.stringContaining('delete and create it again') })
})

it('one whose node is named is not parked, since its gate would be refused', () => {
  const row = { group: '', version: 'v1', kind: 'Pod', namespaced: true }
  const pod = a.object(row, { name: 'p', spec: { nodeName: 'n1', schedulingGates: [] } })
  expect(decideParking({ template: pod, policy: early, isFirstClaim: true, nowMs }).type).toBe('none')
})

function parkedDeployment() {
  const { spec, ...rest } = deployment({ labels: { 'flotilla.dev/parked': 'true' } })
  return {
    ...rest,
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: rest.metadata,
    spec: { ...spec, paused: true },
  }
}
