import { describe, expect, it } from '@jest/globals'
import { StatusError, TransportError, type TransportErrorKind } from '../../kube/status-error.ts'
import { ConnectionError } from '../../members/connection.ts'
import { diagnoseError, diagnoseHealth, diagnoseIdentity, diagnoseSettings, diagnoseWebPage } from './diagnosis.ts'

const KINDS: Readonly<Record<TransportErrorKind, string>> = {
  dns: 'DNSLookupFailed',
  refused: 'ConnectionRefused',
  unreachable: 'NetworkUnreachable',
  reserved: 'AddressReserved',
  'connect-timeout': 'ConnectionTimeout',
  timeout: 'AnswerTimeout',
  'tls-name': 'CertificateNameMismatch',
  'tls-ca': 'CertificateAuthorityUnknown',
  'cert-expired': 'CertificateExpired',
  'cert-not-yet-valid': 'CertificateNotYetValid',
  'client-cert': 'ClientCertificateRefused',
  'tls-handshake': 'TLSHandshakeFailed',
  'not-tls': 'NotTLS',
  credentials: 'CredentialsUnreadable',
  proxy: 'ProxyFailed',
  reset: 'ConnectionBroken',
  aborted: 'ConnectionClosed',
  'not-kubernetes': 'NotKubernetes',
  redirect: 'Redirected',
  'too-large': 'AnswerTooLarge',
  other: 'ConnectionFailed',
}

// docs/reference/clusters.md, "Reasons of Connected"
describe('a diagnosis', () => {
  it.each(Object.entries(KINDS))('of %s is %s, with cause and remedy', (kind, reason) => {
    // A key of the table above.
    const error = new TransportError(kind as TransportErrorKind, 'm (h:1): the cause')
    expect(diagnoseError(error)).toEqual({
      status: 'False',
      reason,
      message: expect.stringMatching(/^m \(h:1\): the cause\. [A-Z].{10,}[^.]$/),
    })
  })

  it('has another reason for each kind', () => {
    expect(new Set(Object.values(KINDS)).size).toBe(Object.keys(KINDS).length)
  })

  it.each([
    { code: 401, reason: 'Unauthorized' },
    { code: 403, reason: 'Forbidden' },
    { code: 400, reason: 'NotKubernetes' },
    { code: 404, reason: 'NotKubernetes' },
    { code: 405, reason: 'NotKubernetes' },
    { code: 429, reason: 'Unhealthy' },
    { code: 500, reason: 'Unhealthy' },
    { code: 503, reason: 'Unhealthy' },
    { code: 204, reason: 'Unhealthy' },
  ])('of status $code is $reason', ({ code, reason }) => {
    expect(diagnoseHealth('/readyz', { statusCode: code, body: '' })).toMatchObject({
      reason,
      message: expect.stringMatching(`^/readyz answered ${code}\\. `),
    })
    const error = new StatusError({ code, reason: 'R', message: 'words' })
    expect(diagnoseError(error)).toMatchObject({ reason, message: expect.stringMatching(/: words\. /) })
  })

  it('names the checks that failed, and no more than five', () => {
    const body = ['[+]ping ok', ...Array.from({ length: 9 }, (_, i) => `[-]check/${i} failed: reason withheld`)].join(
      '\n',
    )
    expect(diagnoseHealth('/readyz', { statusCode: 500, body }).message).toMatch(
      /^\/readyz answered 500 \(failed: check\/0, check\/1, check\/2, check\/3, check\/4\)\. /,
    )
  })

  it('takes no words of a stranger that are no name of a check', () => {
    const body = `[-]<script>\n[-]${'x'.repeat(1000)}`
    expect(diagnoseHealth('/readyz', { statusCode: 500, body }).message.length).toBeLessThan(200)
  })

  it('of a web page, of settings, and of what must not be used', () => {
    expect(diagnoseWebPage('/readyz', 200).reason).toBe('NotKubernetes')
    expect(diagnoseSettings(new ConnectionError('SecretNotFound', 'no Secret'))).toEqual({
      status: 'False',
      reason: 'SecretNotFound',
      message: 'no Secret',
    })
    expect(diagnoseIdentity({ type: 'host' }).reason).toBe('ClusterIsHost')
    expect(diagnoseIdentity({ type: 'duplicate', of: 'first', id: 'u' })).toMatchObject({
      reason: 'DuplicateCluster',
      message: expect.stringContaining('the same cluster as first '),
    })
  })

  it('is none of what is a mistake of ours', () => {
    expect(() => diagnoseError(new TypeError('x is undefined'))).toThrow(TypeError)
  })
})
