import { describe, expect, it } from '@jest/globals'
import { a } from '../../testing/builders.ts'
import { clusterOf, type HostWish, memberSecret, settled } from './host-objects.ts'

const WISH: HostWish = {
  name: 'm1',
  id: 'uid-m',
  server: { server: 'https://m:6443', caPem: 'CA', proxyUrl: 'http://proxy:3128' },
  topology: { region: 'north', zones: ['a'], labels: { tier: 'gold' } },
}
const RENEWAL = { account: 'karmada-cluster/flotilla-m1', lifetimeSeconds: 3600, expires: '2026-01-01T00:00:00Z' }
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('memberSecret', () => {
  it('holds what connects, and who renews it', () => {
    const secret = memberSecret(WISH, { token: 't', renewal: RENEWAL })
    expect(secret).toMatchObject({
      metadata: { namespace: 'karmada-cluster', name: 'm1', labels: { 'karmada.io/system': 'true' } },
      data: { token: base64('t'), caBundle: base64('CA') },
    })
    expect(secret.metadata.annotations).toEqual({
      'flotilla.dev/token-service-account': 'karmada-cluster/flotilla-m1',
      'flotilla.dev/token-lifetime': '3600',
      'flotilla.dev/token-expires': '2026-01-01T00:00:00Z',
    })
  })

  it('says nothing of renewal for a token that never expires', () => {
    expect(memberSecret(WISH, { token: 't' }).metadata.annotations).toBeUndefined()
  })
})

describe('clusterOf', () => {
  it('names the way, the Secret, the id and the place', () => {
    expect(clusterOf(WISH)).toMatchObject({
      metadata: { name: 'm1', labels: { tier: 'gold' } },
      spec: {
        syncMode: 'Push',
        id: 'uid-m',
        apiEndpoint: 'https://m:6443',
        secretRef: { namespace: 'karmada-cluster', name: 'm1' },
        proxyURL: 'http://proxy:3128',
        region: 'north',
        zones: ['a'],
      },
    })
  })
})

describe('settled', () => {
  const cluster = a.cluster({ name: 'm1', uid: 'uid-c' })

  it('takes away what an earlier join with other options left', () => {
    expect(settled(memberSecret(WISH, { token: 't' }), cluster)).toEqual({
      metadata: {
        ownerReferences: [expect.objectContaining({ kind: 'Cluster', name: 'm1', uid: 'uid-c', controller: true })],
        annotations: {
          'flotilla.dev/token-service-account': null,
          'flotilla.dev/token-lifetime': null,
          'flotilla.dev/token-expires': null,
        },
      },
      data: { kubeconfig: null, tlsServerName: null },
    })
  })

  it('leaves what this one wrote', () => {
    const secret = memberSecret(WISH, { token: 't', renewal: RENEWAL })
    expect(settled(secret, cluster)).toMatchObject({ metadata: { annotations: {} }, data: { kubeconfig: null } })
  })
})
