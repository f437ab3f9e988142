import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { describe, expect, it } from '@jest/globals'
import { notedSecrets, noteSecret, secretParts } from './canaries.ts'
import { newSearch } from './search.ts'
import { secretValues } from './secret-values.ts'

const TOKEN = randomBytes(300).toString('base64url')
const PASSWORD = 'correct horse/battery+staple?ü'
const search = newSearch([
  { what: 'token', bytes: Buffer.from(TOKEN) },
  { what: 'password', bytes: Buffer.from(PASSWORD) },
])
const found = (text: string): readonly string[] => search.find(Buffer.from(text)).map(({ what }) => what)
const base64 = (text: string): string => Buffer.from(text).toString('base64')

describe('a planted secret is found', () => {
  it.each([
    ['as it is', `{"level":"info","authorization":"Bearer ${TOKEN}"}`],
    ['in a piece of 16', `error near ${TOKEN.slice(100, 116)}`],
    ['in base64', base64(TOKEN)],
    ['in base64, in the middle of something', base64(`{"a":"${TOKEN}"}`)],
    ['in base64, a byte later', base64(`{"ab":"${TOKEN}"}`)],
    ['in base64, another byte later', base64(`{"abc":"${TOKEN}"}`)],
    ['in base64url', Buffer.from(`x${TOKEN}`).toString('base64url')],
    ['at the very end', `x${TOKEN.slice(-16)}`],
  ])('%s', (_, text) => expect(found(text)).toEqual(['token']))

  it.each([
    ['as a URL has it', `https://me:${encodeURIComponent(PASSWORD)}@proxy`],
    ['as JSON has it', JSON.stringify({ [PASSWORD]: 1 })],
  ])('%s', (_, text) => expect(found(text)).toEqual(['password']))

  it('with its place', () => expect(search.find(Buffer.from(`12345${TOKEN}`))).toEqual([{ what: 'token', at: 5 }]))
})

describe('nothing is found', () => {
  it.each([
    ['in other text', `${'the quick brown fox '.repeat(10_000)}`],
    ['in a shorter piece', `… ${TOKEN.slice(0, 15)} …`],
    ['in other tokens', randomBytes(100_000).toString('base64url')],
    ['in nothing', ''],
  ])('%s', (_, text) => expect(found(text)).toEqual([]))
})

describe('of a key', () => {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const ofKey = newSearch(secretParts(pem).map(bytes => ({ what: 'key', bytes })))

  it.each([
    ['the file', pem.replaceAll('\n', '')],
    ['the file in base64', base64(pem.replaceAll('\n', ''))],
    ['its number', String(privateKey.export({ format: 'jwk' }).d)],
  ])('%s is found', (_, text) => {
    const inside = Buffer.from(text)
    const twice = Buffer.from(Buffer.from(text, 'base64').toString('latin1'), 'latin1')
    expect([...ofKey.find(inside), ...ofKey.find(twice)]).not.toEqual([])
  })

  it('the public half, which certificates have, is not', () => {
    expect(ofKey.find(Buffer.from(publicKey.export({ type: 'spki', format: 'pem' }).toString()))).toEqual([])
  })
})

describe('what is secret in a Secret', () => {
  const data = (values: Record<string, string>) =>
    Object.fromEntries(Object.entries(values).map(([key, value]) => [key, base64(value)]))
  const listOf = (values: Record<string, string>, type = 'Opaque') => ({
    items: [{ metadata: { namespace: 'n', name: 's' }, type, data: data(values) }],
  })

  it('is each value but certificates and names', () => {
    expect(secretValues(listOf({ token: 'a', 'ca.crt': 'b', namespace: 'c' }))).toEqual([
      { what: 'token of Secret n/s', value: 'a' },
    ])
  })

  it('is in a kubeconfig its credentials', () => {
    const users = [{ name: 'u', user: { token: 't', 'client-key-data': base64('key'), username: 'me', password: 'p' } }]
    const kubeconfig = JSON.stringify({ clusters: [{ name: 'c', cluster: { server: 'https://h' } }], users })
    expect(secretValues(listOf({ kubeconfig })).map(({ value }) => value)).toEqual(['t', 'p', 'key'])
  })

  it('is in a kubeconfig of another name the same, and nothing in what only bears the name', () => {
    const config = 'kind: Config\nusers:\n- name: u\n  user: {token: t}\n'
    const values = secretValues(listOf({ host: config, kubeconfig: `clusters: ${'['.repeat(10_000)}` }))
    expect(values.map(({ value }) => value)).toEqual(['t'])
  })

  it('is no address without credentials', () => {
    const values = secretValues(
      listOf({ url: 'https://git.example.com/shop.git', other: 'https://me:pass@git.example.com' }),
    )
    expect(values.map(({ value }) => value)).toEqual(['https://me:pass@git.example.com'])
  })

  it('may be called a key and be none', () => {
    const text = '-----BEGIN PRIVATE KEY-----\nnoKeyAtAllButSomeText\n-----END PRIVATE KEY-----'
    expect(secretParts(text).map(String)).toEqual(['noKeyAtAllButSomeText'])
  })

  it('is nothing in what Helm keeps', () =>
    expect(secretValues(listOf({ release: 'x' }, 'helm.sh/release.v1'))).toEqual([]))
})

it('what is noted twice is searched for once, and short values are not', () => {
  noteSecret('a token', TOKEN)
  noteSecret('the same', TOKEN)
  noteSecret('short', 'x')
  expect(notedSecrets()).toHaveLength(1)
})
