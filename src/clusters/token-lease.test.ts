import { describe, expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { readTokenLease, renewedSecret, untilRenewal } from './token-lease.ts'

const NOW = Date.UTC(2026, 0, 1)
const DAY_MS = 86_400_000
const RENEWED = {
  'flotilla.dev/token-service-account': 'karmada-cluster/flotilla-member1',
  'flotilla.dev/token-lifetime': '604800',
  'flotilla.dev/token-expires': '2026-01-08T00:00:00Z',
}

describe('the lease of a token', () => {
  it('is what the annotations say', () => {
    expect(readTokenLease(a.secret({ annotations: RENEWED }))).toEqual({
      serviceAccount: { namespace: 'karmada-cluster', name: 'flotilla-member1' },
      lifetimeMs: 7 * DAY_MS,
      expiresMs: NOW + 7 * DAY_MS,
    })
  })

  it.each(Object.keys(RENEWED))('is none without %s', missing => {
    expect(readTokenLease(a.secret({ annotations: { ...RENEWED, [missing]: '' } }))).toBeUndefined()
  })
})

describe('a token', () => {
  const lease = { serviceAccount: { namespace: 'n', name: 'a' }, lifetimeMs: 10 * DAY_MS, expiresMs: NOW + 10 * DAY_MS }

  it.each([
    { name: 'not when it is new', atMs: NOW, want: 2 * DAY_MS },
    { name: 'after a fifth of its life', atMs: NOW + 2 * DAY_MS, want: 0 },
    { name: 'when it has ended', atMs: NOW + 20 * DAY_MS, want: 0 },
  ])('is renewed $name', ({ atMs, want }) => expect(untilRenewal(lease, atMs)).toBe(want))

  it('is written with what was granted, for the Secret that was looked at', () => {
    expect(renewedSecret(a.secret({ resourceVersion: '7' }), { token: 'new', lifetimeMs: 3_600_000 }, NOW)).toEqual({
      metadata: {
        resourceVersion: '7',
        annotations: {
          'flotilla.dev/token-lifetime': '3600',
          'flotilla.dev/token-expires': '2026-01-01T01:00:00.000Z',
        },
      },
      data: { token: Buffer.from('new').toString('base64') },
    })
  })
})
