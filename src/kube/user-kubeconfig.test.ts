import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { stringify } from 'yaml'
import { readUserKubeconfig, readUserNamespace } from './user-kubeconfig.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'flotilla-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

interface Entry {
  readonly name: string
  readonly cluster?: object
  readonly user?: object
}

/** Writes a kubeconfig with one context of each name. */
function kubeconfig(path: string, entries: readonly Entry[], more: object = {}): string {
  const file = join(folder, path)
  mkdirSync(join(file, '..'), { recursive: true })
  const config = {
    clusters: entries.map(({ name, cluster }) => ({ name, cluster: { server: `https://${name}:6443`, ...cluster } })),
    users: entries.map(({ name, user = { token: `token of ${name}` } }) => ({ name, user })),
    contexts: entries.map(({ name }) => ({ name, context: { cluster: name, user: name } })),
    ...more,
  }
  writeFileSync(file, stringify(config))
  return file
}

const read = (options: { readonly file?: string; readonly context?: string; readonly KUBECONFIG?: string } = {}) => {
  const { KUBECONFIG, ...rest } = options
  return readUserKubeconfig({ ...rest, env: { KUBECONFIG }, home: folder })
}

describe('readUserKubeconfig', () => {
  it('takes ~/.kube/config when nothing is named', async () => {
    kubeconfig('.kube/config', [{ name: 'home' }], { 'current-context': 'home' })
    expect(await read()).toMatchObject({
      server: 'https://home:6443',
      token: { type: 'static', token: 'token of home' },
    })
  })

  it('joins the files of KUBECONFIG, the first that says something wins, and those that lack do not matter', async () => {
    const one = kubeconfig('one', [{ name: 'a' }])
    const two = kubeconfig('two', [{ name: 'a', user: { token: 'another' } }, { name: 'b' }], {
      'current-context': 'b',
    })
    const KUBECONFIG = [one, join(folder, 'none'), two].join(delimiter)
    expect(await read({ KUBECONFIG })).toMatchObject({ server: 'https://b:6443' })
    expect(await read({ KUBECONFIG, context: 'a' })).toMatchObject({ token: { token: 'token of a' } })
    await expect(read({ KUBECONFIG: join(folder, 'none') })).rejects.toThrow('none of its files is there')
  })

  it('takes the file that is named before all others, and says when it is not there', async () => {
    const KUBECONFIG = kubeconfig('one', [{ name: 'a' }], { 'current-context': 'a' })
    const file = kubeconfig('two', [{ name: 'b' }], { 'current-context': 'b' })
    expect(await read({ KUBECONFIG, file })).toMatchObject({ server: 'https://b:6443' })
    await expect(read({ file: join(folder, 'none') })).rejects.toThrow('ENOENT')
  })

  it('finds files beside the kubeconfig that names them', async () => {
    writeFileSync(join(folder, 'ca.pem'), 'the CA')
    const user = { tokenFile: 'token' }
    const cluster = { 'certificate-authority': 'ca.pem' }
    const file = kubeconfig('one', [{ name: 'a', cluster, user }], { 'current-context': 'a' })
    expect(await read({ file })).toMatchObject({
      caPem: 'the CA',
      token: { type: 'file', path: join(folder, 'token') },
    })
  })

  it('runs the command of the user in use, and tells it what it may ask', async () => {
    const script = join(folder, 'login')
    const answer = { status: { token: 'from a command' } }
    writeFileSync(
      script,
      `#!/bin/sh\necho "$KUBERNETES_EXEC_INFO $1 $EXTRA" > ${folder}/asked\necho '${JSON.stringify(answer)}'\n`,
      { mode: 0o755 },
    )
    const exec = {
      apiVersion: 'client.authentication.k8s.io/v1',
      command: './login',
      args: ['get'],
      env: [{ name: 'EXTRA', value: 'x' }],
    }
    const other = { exec: { command: '/does/not/exist' } }
    const file = kubeconfig(
      'one',
      [
        { name: 'a', user: { exec } },
        { name: 'b', user: other },
      ],
      { 'current-context': 'a' },
    )
    expect(await read({ file })).toMatchObject({ token: { type: 'static', token: 'from a command' } })
    const asked = readFileSync(join(folder, 'asked'), 'utf8')
    expect(asked).toContain('"interactive":false}} get x')
    await expect(read({ file, context: 'b' })).rejects.toThrow('/does/not/exist')
  })

  it('takes the certificate that a command gives', async () => {
    const status = { clientCertificateData: 'the certificate', clientKeyData: 'the key' }
    const exec = { command: 'echo', args: [JSON.stringify({ status })] }
    const file = kubeconfig('one', [{ name: 'a', user: { exec } }], { 'current-context': 'a' })
    expect(await read({ file })).toMatchObject({ clientCertPem: 'the certificate', clientKeyPem: 'the key' })
  })
})

describe('readUserNamespace', () => {
  const contexts = [
    { name: 'a', context: { cluster: 'a', user: 'a', namespace: 'shop' } },
    { name: 'b', context: { cluster: 'b', user: 'b' } },
  ]

  it.each([
    { name: 'that of the current context', context: undefined, want: 'shop' },
    { name: 'default, of a context without one', context: 'b', want: 'default' },
  ])('$name', ({ context, want }) => {
    const file = kubeconfig('one', [{ name: 'a' }, { name: 'b' }], { contexts, 'current-context': 'a' })
    expect(readUserNamespace({ file, env: {}, home: folder, ...(context !== undefined && { context }) })).toBe(want)
  })
})
