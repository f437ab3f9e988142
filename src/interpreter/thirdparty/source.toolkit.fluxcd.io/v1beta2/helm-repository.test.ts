import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { helmRepository } from './helm-repository.ts'

const spec = {
  interval: '5m',
  url: 'https://example.com/charts',
  secretRef: { name: 'login' },
  certSecretRef: { name: 'ca' },
}
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'done',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const fields = { url: 'http://source/index.yaml', artifact: { revision: 'sha256:1' } }
const object = (status = {}) =>
  frozenObject('source.toolkit.fluxcd.io/v1beta2 HelmRepository', {
    metadata: { name: 'podinfo', generation: 1 },
    spec,
    status,
  })

it('needs what it reads from', () =>
  expect(helmRepository.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Secret ca',
    'Secret login',
  ]))

it.each([
  { name: 'ready', status: { observedGeneration: 1, conditions: [ready] }, want: true },
  { name: 'progressing', status: { observedGeneration: -1 }, want: false },
  { name: 'failed', status: { observedGeneration: 1, conditions: [{ ...ready, status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(helmRepository.isHealthy?.(object(status))).toBe(want))

it('stays suspended where the member is told so', () =>
  expect(
    helmRepository.retain?.(
      object(),
      frozenObject('source.toolkit.fluxcd.io/v1beta2 HelmRepository', { spec: { suspend: true } }),
    ),
  ).toMatchObject({ spec: { suspend: true } }))

it('brings what all clusters agree in to the template', () => {
  const reflected = helmRepository.reflectStatus?.(object({ observedGeneration: 1, conditions: [ready], ...fields }))
  const aggregated = helmRepository.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']
  expect(aggregated).toMatchObject({ ...fields, conditions: [ready] })
})
