import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../testing/frozen-object.ts'
import { ingress } from './ingress.ts'

const object = (points?: readonly unknown[]) =>
  frozenObject('networking.k8s.io/v1 Ingress', points && { status: { loadBalancer: { ingress: points } } })

it('reflects the whole status', () => expect(ingress.reflectStatus).toBeUndefined())

it.each([
  { name: 'an address', points: [{ ip: '1.1.1.1' }], want: true },
  { name: 'a host name', points: [{}, { hostname: 'x' }], want: true },
  { name: 'neither', points: [], want: false },
])('health with $name', ({ points, want }) => expect(ingress.isHealthy?.(object(points))).toBe(want))

it('is not healthy without a status, or with a port only', () => {
  expect(ingress.isHealthy?.(object())).toBe(false)
  expect(ingress.isHealthy?.(object([{ ports: [{ port: 80 }] }, { ip: '', hostname: '' }]))).toBe(false)
})

it('has an empty load balancer where no cluster reports one', () => {
  for (const items of [reports({}), reports({ a: undefined, b: {}, c: { loadBalancer: {} } })]) {
    const template = object([{ ip: '1.1.1.1' }])
    expect(ingress.aggregateStatus?.(template, items)['status']).toEqual({ loadBalancer: {} })
  }
})

it('joins the entry points of all clusters, each once, sorted', () => {
  const of = (...points: unknown[]) => ({ loadBalancer: { ingress: points } })
  const items = reports({ a: of({ ip: '2.2.2.2' }), b: of({ ip: '1.1.1.1' }, { ip: '2.2.2.2' }) })
  expect(ingress.aggregateStatus?.(object(), items)['status']).toEqual(of({ ip: '1.1.1.1' }, { ip: '2.2.2.2' }))
})
