import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { gitRepository } from './git-repository.ts'

const spec = {
  interval: '5m',
  url: 'https://example.com/podinfo',
  ref: { branch: 'main' },
  secretRef: { name: 'git' },
  verify: { mode: 'HEAD', secretRef: { name: 'keys' } },
}
const ready = {
  type: 'Ready',
  status: 'True',
  reason: 'Succeeded',
  message: 'done',
  lastTransitionTime: '2026-01-01T00:00:00Z',
}
const fields = { artifact: { revision: 'main@sha1:1', digest: 'sha256:2' } }
const object = (status = {}) =>
  frozenObject('source.toolkit.fluxcd.io/v1 GitRepository', {
    metadata: { name: 'podinfo', generation: 1 },
    spec,
    status,
  })

it('needs what it reads from', () =>
  expect(gitRepository.getDependencies?.(object())?.map(({ kind, name }) => `${kind} ${name}`)).toEqual([
    'Secret git',
    'Secret keys',
  ]))

it.each([
  { name: 'ready', status: { observedGeneration: 1, conditions: [ready] }, want: true },
  { name: 'progressing', status: { observedGeneration: -1 }, want: false },
  { name: 'failed', status: { observedGeneration: 1, conditions: [{ ...ready, status: 'False' }] }, want: false },
])('health: $name', ({ status, want }) => expect(gitRepository.isHealthy?.(object(status))).toBe(want))

it('stays suspended where the member is told so', () =>
  expect(
    gitRepository.retain?.(
      object(),
      frozenObject('source.toolkit.fluxcd.io/v1 GitRepository', { spec: { suspend: true } }),
    ),
  ).toMatchObject({ spec: { suspend: true } }))

it('brings what all clusters agree in to the template', () => {
  const reflected = gitRepository.reflectStatus?.(object({ observedGeneration: 1, conditions: [ready], ...fields }))
  const aggregated = gitRepository.aggregateStatus?.(object(), reports({ a: reflected, b: reflected }))['status']
  expect(aggregated).toMatchObject({ ...fields, conditions: [ready] })
})
