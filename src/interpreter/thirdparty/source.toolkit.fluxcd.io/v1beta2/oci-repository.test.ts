import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { ociRepository } from './oci-repository.ts'

const spec = {
  interval: '5m',
  url: 'oci://example.com/podinfo',
  ref: { tag: 'latest' },
  serviceAccountName: 'puller',
  secretRef: { name: 'login' },
  verify: { provider: 'cosign', secretRef: { name: 'cosign' } },
}
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'done',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const fields = { url: 'http://source/oci.tar.gz', artifact: { revision: 'latest@sha256:1' } }
const object = (status = {}) =>
  frozenObject('source.toolkit.fluxcd.io/v1beta2 OCIRepository', {
    metadata: { name: 'podinfo', generation: 1 },
    spec,
    status,
  })

it('needs what it reads from', () =>
  expect(ociRepository.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Secret cosign',
    'Secret login',
    'ServiceAccount puller',
  ]))

it.each([
  { name: 'ready', status: { observedGeneration: 1, conditions: [ready] }, want: true },
  { name: 'progressing', status: { observedGeneration: -1 }, want: false },
  { name: 'failed', status: { observedGeneration: 1, conditions: [{ ...ready, status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(ociRepository.isHealthy?.(object(status))).toBe(want))

it('stays suspended where the member is told so', () =>
  expect(
    ociRepository.retain?.(
      object(),
      frozenObject('source.toolkit.fluxcd.io/v1beta2 OCIRepository', { spec: { suspend: true } }),
    ),
  ).toMatchObject({ spec: { suspend: true } }))

it('brings what all clusters agree in to the template', () => {
  const reflected = ociRepository.reflectStatus?.(object({ observedGeneration: 1, conditions: [ready], ...fields }))
  const aggregated = ociRepository.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']
  expect(aggregated).toMatchObject({ ...fields, conditions: [ready] })
})
