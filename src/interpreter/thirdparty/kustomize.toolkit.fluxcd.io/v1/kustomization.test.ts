import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { kustomization } from './kustomization.ts'

const spec = {
  interval: '5m',
  path: './kustomize',
  prune: true,
  sourceRef: { kind: 'GitRepository', name: 'podinfo' },
  decryption: { provider: 'sops', secretRef: { name: 'age' } },
  postBuild: { substituteFrom: [{ kind: 'ConfigMap', name: 'vars' }] },
  serviceAccountName: 'deployer',
}
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'done',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const fields = { lastAppliedRevision: 'main@sha1:1', lastAttemptedRevision: 'main@sha1:1' }
const object = (status = {}) =>
  frozenObject('kustomize.toolkit.fluxcd.io/v1 Kustomization', {
    metadata: { name: 'podinfo', generation: 1 },
    spec,
    status,
  })

it('needs what it reads from', () =>
  expect(kustomization.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'GitRepository podinfo',
    'ConfigMap vars',
    'Secret age',
    'ServiceAccount deployer',
  ]))

it.each([
  { name: 'ready', status: { observedGeneration: 1, conditions: [ready] }, want: true },
  { name: 'progressing', status: { observedGeneration: -1 }, want: false },
  { name: 'failed', status: { observedGeneration: 1, conditions: [{ ...ready, status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(kustomization.isHealthy?.(object(status))).toBe(want))

it('stays suspended where the member is told so', () =>
  expect(
    kustomization.retain?.(
      object(),
      frozenObject('kustomize.toolkit.fluxcd.io/v1 Kustomization', { spec: { suspend: true } }),
    ),
  ).toMatchObject({ spec: { suspend: true } }))

it('brings what all clusters agree in to the template', () => {
  const reflected = kustomization.reflectStatus?.(object({ observedGeneration: 1, conditions: [ready], ...fields }))
  const aggregated = kustomization.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']
  expect(aggregated).toMatchObject({ ...fields, conditions: [ready] })
})
