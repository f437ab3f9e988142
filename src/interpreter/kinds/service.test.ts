import { describe, expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { service } from './service.ts'

const object = (fields = {}) => frozenObject('v1 Service', fields)
const balancer = (ingress: readonly unknown[]) => ({ loadBalancer: { ingress } })

describe('retained fields of a Service (propagation.md §9.1)', () => {
  const local = { type: 'LoadBalancer', externalTrafficPolicy: 'Local' }
  it.each([
    { name: 'the cluster IP', desired: {}, observed: { clusterIP: '10.0.0.1' }, want: { clusterIP: '10.0.0.1' } },
    { name: 'no empty cluster IP', desired: {}, observed: { clusterIP: '' }, want: {} },
    {
      name: 'no cluster IP on what becomes an ExternalName',
      desired: { type: 'ExternalName' },
      observed: { clusterIP: '10.0.0.1' },
      want: { type: 'ExternalName' },
    },
    {
      name: 'no cluster IP on what is to be headless',
      desired: { clusterIP: 'None' },
      observed: { clusterIP: '10.0.0.1' },
      want: { clusterIP: 'None' },
    },
    {
      name: 'the health check port',
      desired: local,
      observed: { healthCheckNodePort: 30000 },
      want: { ...local, healthCheckNodePort: 30000 },
    },
    { name: 'no health check port 0', desired: local, observed: { healthCheckNodePort: 0 }, want: local },
    {
      name: 'no health check port where it is refused',
      desired: { type: 'ClusterIP' },
      observed: { healthCheckNodePort: 30000 },
      want: { type: 'ClusterIP' },
    },
  ])('$name', ({ desired, observed, want }) =>
    expect(service.retain?.(object({ spec: desired }), object({ spec: observed }))['spec']).toEqual(want),
  )
})

describe('reflected status of a Service (status.md §4)', () => {
  const status = { ...balancer([{ ip: '1.2.3.4' }]), conditions: [{ type: 'x' }] }
  it.each([
    { name: 'the load balancer of a LoadBalancer', type: 'LoadBalancer', status, want: balancer([{ ip: '1.2.3.4' }]) },
    { name: 'an empty load balancer', type: 'LoadBalancer', status: { conditions: [] }, want: { loadBalancer: {} } },
    { name: 'nothing of any other type', type: 'ClusterIP', status, want: undefined },
  ])('$name', ({ type, status: given, want }) =>
    expect(service.reflectStatus?.(object({ spec: { type }, status: given }))).toEqual(want),
  )
})

describe('health of a Service (status.md §5)', () => {
  it.each([
    { name: 'any type but LoadBalancer', type: 'ClusterIP', ingress: [], want: true },
    { name: 'a LoadBalancer with an address', type: 'LoadBalancer', ingress: [{ ip: '1.2.3.4' }], want: true },
    { name: 'a LoadBalancer with a host name', type: 'LoadBalancer', ingress: [{ hostname: 'x' }], want: true },
    { name: 'not a LoadBalancer without either', type: 'LoadBalancer', ingress: [{ ipMode: 'VIP' }], want: false },
  ])('$name', ({ type, ingress, want }) =>
    expect(service.isHealthy?.(object({ spec: { type }, status: balancer(ingress) }))).toBe(want),
  )
})

describe('aggregated status of a Service (status.md §3)', () => {
  const template = object({ spec: { type: 'LoadBalancer' }, status: { conditions: [] } })
  it('joins the entry points of all clusters, each once, sorted', () => {
    const items = reports({
      a: balancer([{ ip: '9.9.9.9' }, { hostname: 'b' }]),
      b: balancer([{ ip: '1.1.1.1' }, { ip: '9.9.9.9', ipMode: 'VIP' }]),
      c: undefined,
    })
    const ingress = [{ hostname: 'b' }, { ip: '1.1.1.1', ipMode: 'VIP' }, { ip: '9.9.9.9', ipMode: 'VIP' }]
    expect(service.aggregateStatus?.(template, items)['status']).toEqual({ conditions: [], ...balancer(ingress) })
  })
  it('is the same whatever the order of clusters', () => {
    const [a, b] = [
      balancer([{ ip: '1.1.1.1', ports: [{ port: 2 }] }]),
      balancer([{ ip: '1.1.1.1', ports: [{ port: 1 }] }]),
    ]
    expect(service.aggregateStatus?.(template, reports({ a, b }))).toEqual(
      service.aggregateStatus?.(template, reports({ a: b, b: a })),
    )
  })
  it('is empty when no cluster has any', () =>
    expect(service.aggregateStatus?.(template, [])['status']).toEqual({ conditions: [], loadBalancer: {} }))
  it('leaves any other type alone', () => {
    const other = object({ spec: { type: 'ClusterIP' } })
    expect(service.aggregateStatus?.(other, reports({ a: balancer([{ ip: '1.1.1.1' }]) }))).toBe(other)
  })
})
