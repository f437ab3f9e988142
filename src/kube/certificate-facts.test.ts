import type { PeerCertificate } from 'node:tls'
import { describe, expect, it } from '@jest/globals'
import { type CertificateFacts, describeCertificate, readCertificate } from './certificate-facts.ts'
import type { TransportErrorKind } from './status-error.ts'

const JUNE = Date.UTC(2026, 5, 1)
const facts: CertificateFacts = {
  validFromMs: Date.UTC(2026, 0, 1),
  validToMs: Date.UTC(2026, 11, 1),
  issuer: 'ca',
  names: 'DNS:m',
}

describe('describeCertificate', () => {
  it.each<{ kind: TransportErrorKind; nowMs?: number; shown?: CertificateFacts; want: string | undefined }>([
    { kind: 'cert-expired', nowMs: Date.UTC(2027, 0), want: 'it was valid until 2026-12-01T00:00:00Z' },
    { kind: 'cert-expired', want: 'not its own, but one above it' },
    { kind: 'cert-not-yet-valid', nowMs: Date.UTC(2025, 0), want: 'it is valid from 2026-01-01T00:00:00Z' },
    { kind: 'cert-not-yet-valid', want: 'not its own, but one above it' },
    { kind: 'tls-ca', want: 'it was issued by "ca"' },
    { kind: 'tls-ca', shown: { ...facts, issuer: '' }, want: undefined },
    { kind: 'tls-name', want: 'it is for DNS:m' },
    { kind: 'tls-name', shown: { ...facts, names: '' }, want: 'it names nothing' },
    { kind: 'refused', want: undefined },
  ])('says of $kind at $nowMs: $want', ({ kind, nowMs = JUNE, shown = facts, want }) => {
    expect(describeCertificate(kind, shown, nowMs)).toBe(want)
    expect(describeCertificate(kind, undefined, nowMs)).toBeUndefined()
  })
})

describe('readCertificate', () => {
  // Only these fields are read.
  const shown = (issuer: object) =>
    ({
      valid_from: 'Jan  1 00:00:00 2026 GMT',
      valid_to: 'Dec  1 00:00:00 2026 GMT',
      subjectaltname: 'DNS:m',
      issuer,
    }) as PeerCertificate

  it('takes times and issuer', () => expect(readCertificate(shown({ CN: 'ca' }))).toEqual(facts))

  it('bounds and cleans the words of a stranger', () => {
    const { issuer } = readCertificate(shown({ CN: `\n\u202e${'x'.repeat(1000)}` })) ?? { issuer: '' }
    expect(issuer).toMatch(/^\\n\\u202ex+…$/)
    expect(issuer).toHaveLength(100)
    expect(readCertificate(shown({ CN: ['a', 'b'] }))?.issuer).toBe('')
  })

  it('knows nothing where none was shown', () => {
    expect(readCertificate(null)).toBeUndefined()
    expect(readCertificate({} as PeerCertificate)).toBeUndefined()
  })
})
