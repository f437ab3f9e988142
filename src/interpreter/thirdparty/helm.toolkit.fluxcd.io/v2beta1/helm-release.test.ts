import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { helmRelease } from './helm-release.ts'

const spec = {
  interval: '5m',
  chart: { spec: { chart: 'podinfo', sourceRef: { kind: 'HelmRepository', name: 'podinfo', namespace: 'flux' } } },
  valuesFrom: [
    { kind: 'ConfigMap', name: 'values' },
    { kind: 'Secret', name: 'passwords' },
  ],
  serviceAccountName: 'deployer',
  kubeConfig: { secretRef: { name: 'remote' } },
}
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'done',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const fields = { lastAppliedRevision: '6.1.0', lastAttemptedRevision: '6.1.0', lastReleaseRevision: 2 }
const object = (status = {}) =>
  frozenObject('helm.toolkit.fluxcd.io/v2beta1 HelmRelease', {
    metadata: { name: 'podinfo', generation: 1 },
    spec,
    status,
  })

it('needs what it reads from', () =>
  expect(helmRelease.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'HelmRepository podinfo',
    'ConfigMap values',
    'Secret passwords',
    'Secret remote',
    'ServiceAccount deployer',
  ]))

it.each([
  { name: 'ready', status: { observedGeneration: 1, conditions: [ready] }, want: true },
  { name: 'progressing', status: { observedGeneration: -1 }, want: false },
  { name: 'failed', status: { observedGeneration: 1, conditions: [{ ...ready, status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(helmRelease.isHealthy?.(object(status))).toBe(want))

it('stays suspended where the member is told so', () =>
  expect(
    helmRelease.retain?.(
      object(),
      frozenObject('helm.toolkit.fluxcd.io/v2beta1 HelmRelease', { spec: { suspend: true } }),
    ),
  ).toMatchObject({ spec: { suspend: true } }))

it('brings what all clusters agree in to the template', () => {
  const reflected = helmRelease.reflectStatus?.(object({ observedGeneration: 1, conditions: [ready], ...fields }))
  const aggregated = helmRelease.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']
  expect(aggregated).toMatchObject({ ...fields, conditions: [ready] })
})
