import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { helmChart } from './helm-chart.ts'

const spec = {
  interval: '5m',
  chart: 'podinfo',
  version: '6.x',
  sourceRef: { kind: 'HelmRepository', name: 'podinfo' },
  verify: { provider: 'cosign', secretRef: { name: 'cosign' } },
}
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'done',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const fields = { observedChartName: 'podinfo', artifact: { revision: '6.1.0' } }
const object = (status = {}) =>
  frozenObject('source.toolkit.fluxcd.io/v1beta2 HelmChart', {
    metadata: { name: 'podinfo', generation: 1 },
    spec,
    status,
  })

it('needs what it reads from', () =>
  expect(helmChart.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'HelmRepository podinfo',
    'Secret cosign',
  ]))

it.each([
  { name: 'ready', status: { observedGeneration: 1, conditions: [ready] }, want: true },
  { name: 'progressing', status: { observedGeneration: -1 }, want: false },
  { name: 'failed', status: { observedGeneration: 1, conditions: [{ ...ready, status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(helmChart.isHealthy?.(object(status))).toBe(want))

it('stays suspended where the member is told so', () =>
  expect(
    helmChart.retain?.(
      object(),
      frozenObject('source.toolkit.fluxcd.io/v1beta2 HelmChart', { spec: { suspend: true } }),
    ),
  ).toMatchObject({ spec: { suspend: true } }))

it('brings what all clusters agree in to the template', () => {
  const reflected = helmChart.reflectStatus?.(object({ observedGeneration: 1, conditions: [ready], ...fields }))
  const aggregated = helmChart.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']
  expect(aggregated).toMatchObject({ ...fields, conditions: [ready] })
})
