import { expect, it } from '@jest/globals'
import { Registry } from 'prom-client'
import { newHostMetrics } from './host-metrics.ts'

it('tells who parks from when somebody knows, and only of the present', async () => {
  const registry = new Registry()
  const metrics = newHostMetrics(registry)
  expect(await registry.metrics()).not.toContain('flotilla_parking{')
  let by = 'operator'
  metrics.watchParking(() => ({ mode: 'policies', by }))
  expect(await registry.metrics()).toContain('flotilla_parking{mode="policies",by="operator"} 1')
  by = 'apiserver'
  const text = await registry.metrics()
  expect(text).toContain('flotilla_parking{mode="policies",by="apiserver"} 1')
  expect(text).not.toContain('by="operator"')
})

it('counts what was put back', async () => {
  const registry = new Registry()
  newHostMetrics(registry).restored('CustomResourceDefinition')
  expect(await registry.metrics()).toContain('flotilla_registration_restored_total{kind="CustomResourceDefinition"} 1')
})
