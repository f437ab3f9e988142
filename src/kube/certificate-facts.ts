import type { PeerCertificate } from 'node:tls'
import { printable, shorten } from '../object/printable.ts'
import type { TransportErrorKind } from './status-error.ts'

/** What a person needs to know of a server's certificate to mend it. Its words are the server's: bounded, and printable. */
export interface CertificateFacts {
  /** Milliseconds since the epoch; NaN when it cannot be read. */
  readonly validFromMs: number
  readonly validToMs: number
  /** Common name, or organisation, of who signed it. */
  readonly issuer: string
  /** What it is for, as Node writes it: `DNS:a.example, IP Address:10.0.0.1`. */
  readonly names: string
}

const MAX_NAME_CHARACTERS = 100
const MAX_NAMES_CHARACTERS = 300

/** @returns undefined when there is none. */
export function readCertificate(certificate: PeerCertificate | null | undefined): CertificateFacts | undefined {
  if (!certificate?.valid_to) return undefined
  const { issuer } = certificate
  return {
    validFromMs: Date.parse(certificate.valid_from),
    validToMs: Date.parse(certificate.valid_to),
    issuer: nameOf(issuer?.CN ?? issuer?.O, MAX_NAME_CHARACTERS),
    names: nameOf(certificate.subjectaltname ?? certificate.subject?.CN, MAX_NAMES_CHARACTERS),
  }
}

/**
 * What to say of a certificate that was refused; the same words each time.
 *
 * @param kind why it was refused.
 * @param nowMs the time here, which may be the one that is wrong.
 */
export function describeCertificate(
  kind: TransportErrorKind,
  facts: CertificateFacts | undefined,
  nowMs: number,
): string | undefined {
  if (facts === undefined) return undefined
  const { validFromMs, validToMs, issuer, names } = facts
  switch (kind) {
    case 'cert-expired':
      return validToMs < nowMs ? `it was valid until ${formatTime(validToMs)}` : 'not its own, but one above it'
    case 'cert-not-yet-valid':
      return validFromMs > nowMs ? `it is valid from ${formatTime(validFromMs)}` : 'not its own, but one above it'
    case 'tls-name':
      return names === '' ? 'it names nothing' : `it is for ${names}`
    case 'tls-ca':
      return issuer === '' ? undefined : `it was issued by "${issuer}"`
    default:
      return undefined
  }
}

function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

function nameOf(name: unknown, most: number): string {
  return typeof name === 'string' ? shorten(printable(name.slice(0, most + 1)), most) : ''
}
