import { describe, expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { deployment } from './deployment.ts'

const TYPE = 'apps/v1 Deployment'
const template = (fields = {}) => frozenObject(TYPE, { metadata: { generation: 2 }, ...fields })
const pods = { spec: { containers: [{ name: 'a', resources: { requests: { cpu: '100m' } } }] } }

describe('replicas of a Deployment (status.md §5)', () => {
  it.each([
    { name: 'spec.replicas', spec: { replicas: 3 }, want: { replicas: 3 } },
    { name: '0 when none is given', spec: {}, want: { replicas: 0 } },
    {
      name: 'with what a replica needs',
      spec: { replicas: 1, template: pods },
      want: { replicas: 1, requirements: { resourceRequest: { cpu: '100m' } } },
    },
  ])('$name', ({ spec, want }) => expect(deployment.getReplicas?.(template({ spec }))).toEqual(want))

  it('are revised in spec.replicas', () => {
    const revised = deployment.reviseReplicas?.(template({ spec: { replicas: 3, paused: true } }), 5)
    expect(revised?.['spec']).toEqual({ replicas: 5, paused: true })
  })

  it('stay the same object when they are right', () => {
    const right = template({ spec: { replicas: 3 } })
    expect(deployment.reviseReplicas?.(right, 3)).toBe(right)
  })
})

describe('retained fields of a Deployment (propagation.md §9.1)', () => {
  const observed = template({ spec: { replicas: 7 } })
  const labelled = (value: string) => ({ labels: { 'resourcetemplate.karmada.io/retain-replicas': value } })
  it.each([
    { name: 'replicas when the label says true', metadata: labelled('true'), want: 7 },
    { name: 'nothing when the label says something else', metadata: labelled('yes'), want: 2 },
    { name: 'nothing without the label', metadata: {}, want: 2 },
  ])('$name', ({ metadata, want }) => {
    const retained = deployment.retain?.(template({ metadata, spec: { replicas: 2 } }), observed)
    expect(retained?.['spec']).toEqual({ replicas: want })
  })
})

describe('reflected status of a Deployment (status.md §4)', () => {
  const metadata = { generation: 4, annotations: { 'resourcetemplate.karmada.io/generation': '2' } }
  it.each([
    { name: 'nothing without a status', status: undefined, want: undefined },
    {
      name: 'the generations when the status is empty',
      status: {},
      want: { generation: 4, resourceTemplateGeneration: 2 },
    },
    {
      name: 'the five counters, the observed generation and the two generations',
      status: {
        replicas: 5,
        updatedReplicas: 4,
        readyReplicas: 3,
        availableReplicas: 2,
        unavailableReplicas: 1,
        observedGeneration: 4,
        collisionCount: 9,
        conditions: [{ type: 'Available' }],
      },
      want: {
        replicas: 5,
        updatedReplicas: 4,
        readyReplicas: 3,
        availableReplicas: 2,
        unavailableReplicas: 1,
        observedGeneration: 4,
        generation: 4,
        resourceTemplateGeneration: 2,
      },
    },
  ])('$name', ({ status, want }) => {
    const observed = frozenObject(TYPE, { metadata, ...(status && { status }) })
    expect(deployment.reflectStatus?.(observed)).toEqual(want)
  })

  it('takes a template generation that is not a number for none', () => {
    const annotations = { 'resourcetemplate.karmada.io/generation': 'two' }
    const observed = frozenObject(TYPE, { metadata: { annotations }, status: {} })
    expect(deployment.reflectStatus?.(observed)).toEqual({})
  })
})

describe('health of a Deployment (status.md §5)', () => {
  const healthy = { observedGeneration: 2, updatedReplicas: 3, availableReplicas: 3 }
  it.each([
    { name: 'healthy when rolled out', status: healthy, want: true },
    {
      name: 'not when the controller has not seen the latest spec',
      status: { ...healthy, observedGeneration: 1 },
      want: false,
    },
    {
      name: 'not when too few are updated',
      status: { ...healthy, updatedReplicas: 2, availableReplicas: 2 },
      want: false,
    },
    { name: 'not when updated ones are not available', status: { ...healthy, availableReplicas: 2 }, want: false },
  ])('$name', ({ status, want }) =>
    expect(deployment.isHealthy?.(template({ spec: { replicas: 3 }, status }))).toBe(want),
  )
})

describe('aggregated status of a Deployment (status.md §3)', () => {
  const current = { generation: 9, observedGeneration: 9, resourceTemplateGeneration: 2 }
  it('sums the counters and keeps what else is there', () => {
    const status = { conditions: [{ type: 'Progressing' }], collisionCount: 1, readyReplicas: 1 }
    const items = reports({
      a: { replicas: 3, readyReplicas: 3, updatedReplicas: 3, availableReplicas: 3, ...current },
      b: {
        replicas: 2,
        readyReplicas: 1,
        updatedReplicas: 2,
        availableReplicas: 1,
        unavailableReplicas: 1,
        ...current,
      },
    })
    expect(deployment.aggregateStatus?.(template({ status }), items)['status']).toEqual({
      conditions: [{ type: 'Progressing' }],
      collisionCount: 1,
      replicas: 5,
      readyReplicas: 4,
      updatedReplicas: 5,
      availableReplicas: 4,
      unavailableReplicas: 1,
      observedGeneration: 2,
    })
  })

  it.each([
    { name: 'advances when all clusters are current', items: { a: current, b: current }, want: 2 },
    { name: 'advances with no cluster at all', items: {}, want: 2 },
    { name: 'stays while a cluster reports nothing', items: { a: current, b: undefined }, want: 1 },
    {
      name: 'stays while a member lags behind its own spec',
      items: { a: { ...current, observedGeneration: 8 } },
      want: 1,
    },
    {
      name: 'stays while a member has observed nothing',
      items: { a: { generation: 1, resourceTemplateGeneration: 2 } },
      want: 1,
    },
    {
      name: 'stays while a cluster has an older template',
      items: { a: current, b: { ...current, resourceTemplateGeneration: 1 } },
      want: 1,
    },
  ])('observedGeneration (rule G) $name', ({ items, want }) => {
    const before = template({ status: { observedGeneration: 1 } })
    expect(deployment.aggregateStatus?.(before, reports(items))['status']).toEqual({ observedGeneration: want })
  })

  it('leaves out counters that are zero, as the apiserver returns them', () => {
    const before = template({ status: { readyReplicas: 2, observedGeneration: 2 } })
    expect(deployment.aggregateStatus?.(before, [])['status']).toEqual({ observedGeneration: 2 })
  })
})

it('reflects that a Deployment comes no further', () => {
  const exceeded = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'timed out' }
  const conditions = [{ type: 'Available', status: 'False' }, exceeded]
  expect(deployment.reflectStatus?.(template({ status: { conditions } }))).toMatchObject({ conditions: [exceeded] })
})
