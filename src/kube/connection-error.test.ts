import { describe, expect, it } from '@jest/globals'
import { connectionError } from './connection-error.ts'
import { TransportError } from './status-error.ts'

const nodeError = (code: string, message = 'words'): Error => Object.assign(new Error(message), { code })

describe('connectionError', () => {
  it.each([
    { code: 'ENOTFOUND', kind: 'dns', words: /cannot be resolved/ },
    { code: 'ECONNREFUSED', kind: 'refused', words: /nothing listens/ },
    { code: 'ERR_TLS_CERT_ALTNAME_INVALID', kind: 'tls-name', words: /for another name/ },
    { code: 'CERT_HAS_EXPIRED', kind: 'cert-expired', words: /has expired/ },
    { code: 'CERT_NOT_YET_VALID', kind: 'cert-not-yet-valid', words: /not valid yet/ },
    { code: 'SELF_SIGNED_CERT_IN_CHAIN', kind: 'tls-ca', words: /not signed by the given CA/ },
    { code: 'ECONNRESET', kind: 'reset', words: /broke/ },
    { code: 'ETIMEDOUT', kind: 'timeout', words: /in time/ },
    { code: 'ERR_SSL_WRONG_VERSION_NUMBER', kind: 'not-tls', words: /does not speak TLS/ },
    { code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', kind: 'client-cert', words: /our client certificate/ },
    { code: 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', kind: 'client-cert', words: /our client certificate/ },
    { code: 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', kind: 'client-cert', words: /our client certificate/ },
    { code: 'ERR_SSL_SSL/TLS_ALERT_CERTIFICATE_EXPIRED', kind: 'client-cert', words: /our client certificate/ },
    { code: 'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', kind: 'client-cert', words: /our client certificate/ },
    { code: 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', kind: 'tls-handshake', words: /no TLS session/ },
    { code: 'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', kind: 'tls-handshake', words: /no TLS session/ },
    { code: 'HPE_INVALID_CONSTANT', kind: 'not-kubernetes', words: /not a Kubernetes apiserver/ },
    { code: 'HPE_HEADER_OVERFLOW', kind: 'too-large', words: /larger than allowed/ },
    { code: 'EHOSTUNREACH', kind: 'unreachable', words: /no way to its address/ },
    { code: 'ENOBUFS', kind: 'other', words: /words/ },
    { code: '__proto__', kind: 'other', words: /words/ },
  ])('calls $code $kind and names server and cause', ({ code, kind, words }) => {
    const error = connectionError('m (h:1)', nodeError(code))
    expect(error).toMatchObject({ kind, message: expect.stringMatching(/^m \(h:1\): /) })
    expect(error.message).toMatch(words)
  })

  it('looks into the failures of several addresses', () => {
    const error = new AggregateError([nodeError('ECONNREFUSED'), nodeError('ECONNREFUSED')])
    expect(connectionError('m', error).kind).toBe('refused')
  })

  it('leaves an error of ours as it is', () => {
    const error = new TransportError('timeout', 'm')
    expect(connectionError('x', error)).toBe(error)
  })

  it('leaves out what differs each time: the local port, and the thread of OpenSSL', () => {
    const { message } = connectionError('m', nodeError('EX', 'connect EX 10.0.0.1:6443 - Local (10.0.0.2:48123)'))
    expect(message).toBe('m: the connection failed (connect EX 10.0.0.1:6443)')
    const ssl = connectionError('m', nodeError('ERR_X', '4047E8F5FF7F0000:error:0A000126:SSL routines::unexpected eof'))
    expect(ssl.message).toBe('m: the connection failed (SSL routines::unexpected eof)')
  })

  it('adds what else is known', () => {
    const error = connectionError('m', nodeError('CERT_HAS_EXPIRED'), { detail: kind => `so it is ${kind}` })
    expect(error.message).toBe('m: its certificate has expired (CERT_HAS_EXPIRED): so it is cert-expired')
  })

  it('keeps a long message short and on one line', () => {
    const { message } = connectionError('m', nodeError('EX', 'a\nb'.repeat(1000)))
    expect(message.length).toBeLessThan(400)
    expect(message).not.toContain('\n')
  })
})
