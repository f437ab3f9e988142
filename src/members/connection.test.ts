import { describe, expect, it } from '@jest/globals'
import { type ConnectionSpec, resolveConnection, type SecretData } from './connection.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')
const secret = (data: Record<string, string>): SecretData =>
  Object.fromEntries(Object.entries(data).map(([key, text]) => [key, base64(text)]))
const kubeconfig = (cluster: object, user: object = { token: 'secret-token' }): string =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server: 'https://file.example:6443', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  })
const resolve = (spec: ConnectionSpec, data: Record<string, string>) => resolveConnection('m', spec, secret(data))

describe('resolveConnection', () => {
  it('takes server, CA and token of a kubeconfig', () => {
    const { config, token } = resolve({}, { kubeconfig: kubeconfig({ 'certificate-authority-data': base64('CA') }) })
    expect(config).toMatchObject({ name: 'm', server: 'https://file.example:6443', caPem: 'CA' })
    expect(config).not.toHaveProperty('token')
    expect(token).toBe('secret-token')
  })

  it('prefers the fields of the Cluster', () => {
    const spec = { apiEndpoint: 'https://spec.example', proxyURL: 'http://proxy:1', proxyHeader: { a: 'b' } }
    expect(resolve(spec, { kubeconfig: kubeconfig({ 'proxy-url': 'http://other:2' }) }).config).toMatchObject({
      server: 'https://spec.example',
      proxyUrl: 'http://proxy:1',
      proxyHeaders: { a: 'b' },
      insecureSkipTlsVerify: false,
    })
  })

  it('takes token and caBundle as a join by Karmada leaves them', () => {
    const { config, token } = resolve({ apiEndpoint: 'https://m' }, { token: 'abc\n', caBundle: 'CA' })
    expect(config).toEqual({ name: 'm', server: 'https://m', caPem: 'CA', insecureSkipTlsVerify: false })
    expect(token).toBe('abc')
  })

  it('skips TLS verification only when the Cluster says so', () => {
    const data = { kubeconfig: kubeconfig({ 'insecure-skip-tls-verify': true }) }
    expect(resolve({ insecureSkipTLSVerification: true }, data).config.insecureSkipTlsVerify).toBe(true)
    expect(() => resolve({}, data)).toThrow(/insecure-skip-tls-verify/)
  })

  it('keeps its digest when only the token changes, and no other time', () => {
    const digest = (spec: ConnectionSpec, data: Record<string, string>): string => resolve(spec, data).digest
    const before = digest({ apiEndpoint: 'https://m' }, { token: 'a', caBundle: 'CA' })
    expect(digest({ apiEndpoint: 'https://m' }, { token: 'b', caBundle: 'CA' })).toBe(before)
    expect(digest({ apiEndpoint: 'https://m' }, { token: 'a', caBundle: 'CB' })).not.toBe(before)
    expect(digest({ apiEndpoint: 'https://n' }, { token: 'a', caBundle: 'CA' })).not.toBe(before)
  })

  it.each<{ name: string; spec?: ConnectionSpec; data: Record<string, string>; message: RegExp }>([
    { name: 'an empty Secret', data: {}, message: /neither a key 'kubeconfig' nor a key 'token'/ },
    { name: 'a token without an endpoint', data: { token: 'a' }, message: /spec\.apiEndpoint is empty/ },
    { name: 'a kubeconfig that is none', data: { kubeconfig: '{' }, message: /kubeconfig cannot be used/ },
    {
      name: 'an endpoint that is no URL',
      spec: { apiEndpoint: 'host:6443' },
      data: { token: 'a' },
      message: /not an http or https URL/,
    },
    {
      name: 'an endpoint without TLS',
      spec: { apiEndpoint: 'http://m' },
      data: { token: 'a' },
      message: /is not encrypted/,
    },
    {
      name: 'a kubeconfig that would run a program',
      data: { kubeconfig: kubeconfig({}, { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: 'id' } }) },
      message: /kubeconfig cannot be used/,
    },
    {
      name: 'a kubeconfig that would read a file of the operator',
      data: { kubeconfig: kubeconfig({}, { tokenFile: '/etc/passwd' }) },
      message: /kubeconfig cannot be used/,
    },
  ])('refuses $name', ({ spec = {}, data, message }) => expect(() => resolve(spec, data)).toThrow(message))
})
