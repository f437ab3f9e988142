import { describe, expect, it } from '@jest/globals'
import { describeError } from '../runtime/describe-error.ts'
import {
  ConnectionError,
  type ConnectionFault,
  type ConnectionSpec,
  resolveConnection,
  type SecretData,
} from './connection.ts'

/** Stands for what must not leave a Secret. */
const MARKER = 'hush-hush'

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
    expect(config).toEqual({
      name: 'm',
      server: 'https://m',
      caPem: 'CA',
      insecureSkipTlsVerify: false,
      refuseReservedAddresses: true,
    })
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

  it('takes a token without the line break that came with it', () => {
    expect(resolve({}, { kubeconfig: kubeconfig({}, { token: 'abc\n' }) }).token).toBe('abc')
  })

  it.each<{
    name: string
    spec?: ConnectionSpec
    data: Record<string, string>
    fault: ConnectionFault
    message: RegExp
  }>([
    {
      name: 'an empty Secret',
      data: {},
      fault: 'SecretInvalid',
      message: /neither a key 'kubeconfig' nor a key 'token'/,
    },
    {
      name: 'keys that every object has',
      data: { toString: MARKER, ['__proto__']: MARKER },
      fault: 'SecretInvalid',
      message: /neither a key/,
    },
    {
      name: 'a token that is no header',
      spec: { apiEndpoint: 'https://m' },
      data: { token: `a\nx-other: ${MARKER}` },
      fault: 'SecretInvalid',
      message: /no token has/,
    },
    {
      name: 'a token that is no header, in a kubeconfig',
      data: { kubeconfig: kubeconfig({}, { token: `${MARKER} ü` }) },
      fault: 'SecretInvalid',
      message: /no token has/,
    },
    { name: 'a token without an endpoint', data: { token: MARKER }, fault: 'EndpointInvalid', message: /is empty/ },
    {
      name: 'a kubeconfig that is none',
      data: { kubeconfig: `{${MARKER}` },
      fault: 'KubeconfigInvalid',
      message: /not valid YAML/,
    },
    {
      name: 'a kubeconfig without end',
      data: { kubeconfig: `${MARKER}${'['.repeat(100_000)}` },
      fault: 'KubeconfigInvalid',
      message: /more than 2000 entries/,
    },
    {
      name: 'a kubeconfig that is not UTF-8',
      data: { kubeconfig: '\u0000\ufffd' },
      fault: 'KubeconfigInvalid',
      message: /cannot be used/,
    },
    {
      name: 'an endpoint that is no URL',
      spec: { apiEndpoint: 'host:6443' },
      data: { token: MARKER },
      fault: 'EndpointInvalid',
      message: /not an http or https URL/,
    },
    {
      name: 'an endpoint without TLS',
      spec: { apiEndpoint: 'http://m' },
      data: { token: MARKER },
      fault: 'EndpointNotEncrypted',
      message: /is not encrypted/,
    },
    ...[
      { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: MARKER } },
      { 'auth-provider': { name: 'oidc', config: { 'id-token': MARKER } } },
      { tokenFile: `/etc/${MARKER}` },
      { 'client-certificate': `/etc/${MARKER}` },
      { 'client-key': `/etc/${MARKER}` },
      { token: MARKER, as: 'system:admin' },
    ].map(user => ({
      name: `a kubeconfig with ${Object.keys(user).join(' and ')}`,
      data: { kubeconfig: kubeconfig({}, user) },
      fault: 'KubeconfigInvalid' as const,
      message: /users\[\]\.user\.[a-z-]+/i,
    })),
    ...[
      { 'certificate-authority': `/etc/${MARKER}` },
      { 'certificate-authority-data': `${MARKER}!` },
      { 'insecure-skip-tls-verify': true },
      { server: 'http://m' },
    ].map(cluster => ({
      name: `a kubeconfig with ${Object.keys(cluster).join()}`,
      data: { kubeconfig: kubeconfig(cluster, { token: MARKER }) },
      fault: 'KubeconfigInvalid' as const,
      message: /clusters\[\]\.cluster\.[a-z-]+/,
    })),
    {
      name: 'an endpoint with credentials',
      data: { kubeconfig: kubeconfig({ server: `https://me:${MARKER}@m` }) },
      fault: 'EndpointInvalid',
      message: /holds credentials/,
    },
    {
      name: 'a proxy of another scheme',
      data: { kubeconfig: kubeconfig({ 'proxy-url': `file:///etc/${MARKER}` }) },
      fault: 'ProxyInvalid',
      message: /http, https or socks5/,
    },
    {
      name: 'a proxy without a host',
      spec: { proxyURL: `socks5://me:${MARKER}@` },
      data: { kubeconfig: kubeconfig({}) },
      fault: 'ProxyInvalid',
      message: /and a host/,
    },
    ...[
      { 'x-a': `1\r\nx-b: ${MARKER}` },
      { 'a b': MARKER },
      { '': MARKER },
      { 'Transfer-Encoding': 'chunked' },
      { host: MARKER },
    ].map(proxyHeader => ({
      name: `the proxy header ${JSON.stringify(Object.keys(proxyHeader)[0])}`,
      spec: { proxyURL: 'http://p', proxyHeader },
      data: { kubeconfig: kubeconfig({}) },
      fault: 'ProxyInvalid' as const,
      message: /spec\.proxyHeader/,
    })),
  ])('refuses $name, and quotes nothing of it', ({ spec = {}, data, fault, message }) => {
    const error = failureOf(() => resolve(spec, data))
    expect(error).toBeInstanceOf(ConnectionError)
    expect(error).toMatchObject({ fault, message: expect.stringMatching(message) })
    expect(JSON.stringify(describeError(error, { stack: true })) + JSON.stringify(error)).not.toContain(MARKER)
  })

  it.each<{ name: string; spec: ConnectionSpec }>([
    { name: 'to certificates', spec: { insecureSkipTLSVerification: true } },
    { name: 'to no TLS at all', spec: { insecureSkipTLSVerification: true, apiEndpoint: 'http://m' } },
  ])('is blind $name only where the Cluster says so', ({ spec }) => {
    const data = { kubeconfig: kubeconfig({}) }
    expect(resolve(spec, data).config.insecureSkipTlsVerify).toBe(true)
    expect(resolve({}, data).config.insecureSkipTlsVerify).toBe(false)
  })

  it('has a digest that does not hold the credentials', () => {
    const { digest } = resolve({}, { kubeconfig: kubeconfig({}, { username: 'me', password: MARKER }) })
    expect(digest).toMatch(/^[\w-]{43}$/)
  })
})

function failureOf(run: () => unknown): Error {
  try {
    run()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('it did not fail')
}
