import { expect, it } from '@jest/globals'
import { frozenObject, reports } from '../../../../testing/frozen-object.ts'
import { certificate } from './certificate.ts'

const TIME = '2026-01-01T00:00:00Z'
const ready = (status = 'True', observedGeneration?: number) => ({
  type: 'Ready',
  status,
  reason: 'R',
  message: '',
  lastTransitionTime: TIME,
  ...(observedGeneration && { observedGeneration }),
})
const object = (status?: object, issuerRef: object = { name: 'ca' }) =>
  frozenObject('cert-manager.io/v1 Certificate', {
    metadata: { generation: 2 },
    spec: {
      secretName: 'tls',
      dnsNames: ['example.com'],
      issuerRef,
      keystores: { jks: { create: true, passwordSecretRef: { name: 'jks', key: 'p' } } },
    },
    ...(status && { status }),
  })

it.each([
  { issuerRef: { name: 'ca' }, want: { kind: 'Issuer', namespace: 'default', name: 'ca' } },
  {
    issuerRef: { name: 'le', kind: 'ClusterIssuer', group: 'cert-manager.io' },
    want: { kind: 'ClusterIssuer', name: 'le' },
  },
])('needs its issuer, $want.kind, and the passwords of its keystores', ({ issuerRef, want }) =>
  expect(certificate.getDependencies?.(object(undefined, issuerRef))).toEqual([
    { apiVersion: 'cert-manager.io/v1', ...want },
    { apiVersion: 'v1', kind: 'Secret', namespace: 'default', name: 'jks' },
  ]),
)

it('does not know issuers of others', () =>
  expect(
    certificate.getDependencies?.(
      object(undefined, { name: 'x', kind: 'AWSPCAIssuer', group: 'awspca.cert-manager.io' }),
    ),
  ).toHaveLength(1))

it.each([
  { name: 'ready', conditions: [ready('True', 2)], want: true },
  { name: 'ready, of a version without generations', conditions: [ready()], want: true },
  { name: 'not seen yet', conditions: [ready('True', 1)], want: false },
  { name: 'progressing', conditions: [ready('False'), { type: 'Issuing', status: 'True' }], want: false },
  { name: 'without status', conditions: [], want: false },
])('health: $name', ({ conditions, want }) => expect(certificate.isHealthy?.(object({ conditions }))).toBe(want))

it('tells when the first runs out', () => {
  const a = {
    conditions: [ready()],
    notBefore: TIME,
    notAfter: '2026-04-01T00:00:00Z',
    renewalTime: '2026-03-01T00:00:00Z',
    revision: 1,
  }
  const b = { ...a, notAfter: '2026-03-20T00:00:00Z', renewalTime: '2026-02-20T00:00:00Z', revision: 2 }
  expect(certificate.aggregateStatus?.(object(), reports({ a, b }))['status']).toEqual({
    conditions: [ready()],
    notBefore: TIME,
    notAfter: '2026-03-20T00:00:00Z',
    renewalTime: '2026-02-20T00:00:00Z',
  })
})
