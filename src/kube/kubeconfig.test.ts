import { describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import { KubeconfigError, serverConfigFromKubeconfig } from './kubeconfig.ts'

const base64 = (text: string): string => Buffer.from(text).toString('base64')

interface Parts {
  readonly cluster?: object
  readonly user?: object
  readonly more?: object
}

function kubeconfig({ cluster = {}, user = { token: 't' }, more = {} }: Parts = {}): string {
  return stringify({
    clusters: [{ name: 'c', cluster: { server: 'https://h:1/', ...cluster } }],
    users: [{ name: 'u', user }],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
    ...more,
  })
}

const read = (parts: Parts, options = {}) => serverConfigFromKubeconfig(kubeconfig(parts), { name: 'm', ...options })

const TWICE = {
  clusters: { name: 'c', cluster: { server: 'https://h' } },
  users: { name: 'u', user: { token: 't' } },
  contexts: { name: 'x', context: { cluster: 'c', user: 'u' } },
}

describe('serverConfigFromKubeconfig', () => {
  it.each([
    { name: 'a token', parts: {}, want: { token: { type: 'static', token: 't' }, server: 'https://h:1' } },
    {
      name: 'CA, name and proxy',
      parts: {
        cluster: { 'certificate-authority-data': base64('CA'), 'tls-server-name': 'n', 'proxy-url': 'http://p' },
      },
      want: { caPem: 'CA', serverName: 'n', proxyUrl: 'http://p' },
    },
    {
      name: 'a client certificate',
      parts: { user: { 'client-certificate-data': base64('C'), 'client-key-data': base64('K') } },
      want: { clientCertPem: 'C', clientKeyPem: 'K' },
    },
    {
      name: 'basic auth',
      parts: { user: { username: 'a', password: 'b' } },
      want: { basicAuth: { username: 'a', password: 'b' } },
    },
    { name: 'no user', parts: { more: { contexts: [{ name: 'x', context: { cluster: 'c' } }] } }, want: { name: 'm' } },
  ])('takes $name', ({ parts, want }) => expect(read(parts)).toMatchObject(want))

  it('takes the context that it is told', () => {
    const contexts = [{ name: 'y', context: { cluster: 'c', user: 'u' } }]
    expect(read({ more: { contexts, 'current-context': 'gone' } }, { context: 'y' }).server).toBe('https://h:1')
  })

  it.each([
    { name: 'a command', parts: { user: { exec: { command: 'id' } } }, field: 'users[].user.exec' },
    { name: 'a plugin', parts: { user: { 'auth-provider': { name: 'gcp' } } }, field: 'users[].user.auth-provider' },
    { name: 'a token file', parts: { user: { tokenFile: '/etc/passwd' } }, field: 'users[].user.tokenFile' },
    {
      name: 'a token file, misspelt',
      parts: { user: { 'token-file': '/etc/passwd' } },
      field: 'users[].user.token-file',
    },
    {
      name: 'a certificate file',
      parts: { user: { 'client-certificate': '/x' } },
      field: 'users[].user.client-certificate',
    },
    { name: 'a key file', parts: { user: { 'client-key': '/x' } }, field: 'users[].user.client-key' },
    {
      name: 'a CA file',
      parts: { cluster: { 'certificate-authority': '/x' } },
      field: 'clusters[].cluster.certificate-authority',
    },
    {
      name: 'unverified TLS',
      parts: { cluster: { 'insecure-skip-tls-verify': true } },
      field: 'clusters[].cluster.insecure-skip-tls-verify',
    },
    { name: 'no TLS', parts: { cluster: { server: 'http://h' } }, field: 'clusters[].cluster.server' },
    ...['as', 'as-uid', 'as-groups', 'as-user-extra'].map(field => ({
      name: `impersonation by ${field}`,
      parts: { user: { token: 't', [field]: 'root' } },
      field: `users[].user.${field}`,
    })),
    {
      name: 'unverified TLS in other words',
      parts: { cluster: { 'insecure-skip-tls-verify': 'true' } },
      field: 'clusters[].cluster.insecure-skip-tls-verify',
    },
    { name: 'no TLS in capitals', parts: { cluster: { server: 'HTTP://h' } }, field: 'clusters[].cluster.server' },
    {
      name: 'a proxy of the wrong type',
      parts: { cluster: { 'proxy-url': ['http://p'] } },
      field: 'clusters[].cluster.proxy-url',
    },
    {
      name: 'a name of the certificate of the wrong type',
      parts: { cluster: { 'tls-server-name': { a: 1 } } },
      field: 'clusters[].cluster.tls-server-name',
    },
    ...(['clusters', 'users', 'contexts'] as const).map(field => ({
      name: `two ${field} of one name`,
      parts: { more: { [field]: [TWICE[field], structuredClone(TWICE[field])] } },
      field,
    })),
    {
      name: 'a server of the wrong type',
      parts: { cluster: { server: { a: 1 } } },
      field: 'clusters[].cluster.server',
    },
    { name: 'a token of the wrong type', parts: { user: { token: ['t'] } }, field: 'users[].user.token' },
    {
      name: 'a CA that is no base64',
      parts: { cluster: { 'certificate-authority-data': '***' } },
      field: 'clusters[].cluster.certificate-authority-data',
    },
    { name: 'an unknown context', parts: { more: { 'current-context': 'z' } }, field: 'contexts' },
    { name: 'no context', parts: { more: { 'current-context': '' } }, field: 'current-context' },
    { name: 'no server', parts: { cluster: { server: '' } }, field: 'clusters' },
    { name: 'clusters that are no list', parts: { more: { clusters: { c: 1 } } }, field: 'clusters' },
  ])('refuses $name of a user, naming the field', ({ parts, field }) => {
    expect(() => read(parts)).toThrow(KubeconfigError)
    expect(() => read(parts)).toThrow(expect.objectContaining({ field }))
  })

  it.each([
    { name: 'a text', text: 'hello' },
    { name: 'broken YAML', text: 'users: [{user: {token: very-secret' },
    { name: 'aliases, which may expand without end', text: 'a: &a [1]\nb: [*a, *a]\n' },
    { name: 'a merge of an alias', text: 'a: &a {token: very-secret}\nb: {<<: *a}\n' },
    { name: 'aliases of aliases', text: `a: &a [x]\nb: &b [*a,*a]\nc: &c [*b,*b]\nd: [*c,*c]\n` },
    { name: 'a tag of a program', text: 'users: !!js/function very-secret\n' },
    { name: 'more than 256 KiB', text: `# ${'x'.repeat(256 * 1024)}` },
    { name: 'brackets without end', text: `very-secret: ${'['.repeat(10_000)}` },
    { name: 'nesting that would end the process', text: '? '.repeat(1000) },
    { name: 'a key that stands twice', text: 'users: very-secret\nusers: very-secret' },
    { name: 'two documents', text: '--- {a: very-secret}\n--- {b: very-secret}' },
    { name: 'brackets that are not closed', text: '{clusters: [{name: very-secret' },
  ])('refuses $name without quoting it', ({ text }) => {
    const reading = (): unknown => serverConfigFromKubeconfig(text, { name: 'm' })
    expect(reading).toThrow(KubeconfigError)
    expect(reading).not.toThrow(/very-secret/)
  })

  it.each([
    { name: 'a cluster', more: { clusters: [{ name: '__proto__', cluster: { server: 'https://h' } }] } },
    { name: 'a context', more: { contexts: [{ name: 'constructor', context: { cluster: 'c' } }] } },
  ])('finds $name by the entries that there are, never by what every object has', ({ more }) => {
    expect(() => read({ more: { ...more, 'current-context': 'toString' } })).toThrow(KubeconfigError)
  })

  it('merges nothing into an entry: << is a key as any other', () => {
    const text = kubeconfig().replace('token: t', 'token: t\n      <<: {exec: {command: id}, tokenFile: /x}')
    expect(serverConfigFromKubeconfig(text, { name: 'm' }).token).toEqual({ type: 'static', token: 't' })
  })

  it('takes nothing from a key __proto__', () => {
    const hidden = '"__proto__":{"insecure-skip-tls-verify":true,"server":"https://evil","exec":{}}'
    const text =
      `{"clusters":[{"name":"c","cluster":{"server":"https://h",${hidden}}}],` +
      `"users":[{"name":"u","user":{"token":"t",${hidden}}}],` +
      `"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}],"current-context":"x",${hidden}}`
    expect(serverConfigFromKubeconfig(text, { name: 'm' })).toEqual({
      name: 'm',
      server: 'https://h',
      insecureSkipTlsVerify: false,
      token: { type: 'static', token: 't' },
    })
    expect(Object.prototype).not.toHaveProperty('server')
  })

  it('runs no command for the operator either', () => {
    expect(() => read({ user: { exec: { command: 'id' } } }, { trusted: true })).toThrow(/never run/)
  })

  it('reads files and follows a token file for the operator only', () => {
    const config = read({ user: { tokenFile: '/run/token' } }, { trusted: true })
    expect(config.token).toEqual({ type: 'file', path: '/run/token' })
    expect(() => read({ cluster: { 'certificate-authority': '/not/there' } }, { trusted: true })).toThrow(
      /cannot be read/,
    )
  })

  it.each([
    { path: 'token', want: '/etc/flotilla/token' },
    { path: '../run/token', want: '/etc/run/token' },
    { path: '/run/token', want: '/run/token' },
  ])('looks for the token file $path beside the kubeconfig', ({ path, want }) => {
    const config = read({ user: { tokenFile: path } }, { trusted: true, directory: '/etc/flotilla' })
    expect(config.token).toEqual({ type: 'file', path: want })
  })

  it('reports unverified TLS where the Cluster allows it', () => {
    const config = read({ cluster: { 'insecure-skip-tls-verify': true } }, { allowInsecureTls: true })
    expect(config.insecureSkipTlsVerify).toBe(true)
  })
})
