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
    { code: 'ERR_SSL_WRONG_VERSION_NUMBER', kind: 'not-kubernetes', words: /not a Kubernetes apiserver/ },
    { code: 'HPE_INVALID_CONSTANT', kind: 'not-kubernetes', words: /not a Kubernetes apiserver/ },
    { code: 'HPE_HEADER_OVERFLOW', kind: 'too-large', words: /larger than allowed/ },
    { code: 'EHOSTUNREACH', kind: 'other', words: /words/ },
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

  it('keeps a long message short and on one line', () => {
    const { message } = connectionError('m', nodeError('EX', 'a\nb'.repeat(1000)))
    expect(message.length).toBeLessThan(400)
    expect(message).not.toContain('\n')
  })
})
