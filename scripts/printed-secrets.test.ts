import { generateKeyPairSync } from 'node:crypto'
import { expect, it } from '@jest/globals'
import { printedSecrets } from './printed-secrets.ts'

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')
const token = `${part({ alg: 'RS256', kid: 'k' })}.${part({ sub: 'system:serviceaccount:a:b' })}.${'s'.repeat(43)}`
const keyOf = (type: 'pkcs1' | 'pkcs8'): string =>
  generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type, format: 'pem' }).toString()
const keys = [keyOf('pkcs1'), keyOf('pkcs8')]
const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' })

it('finds a token wherever it stands, and does not repeat it', () => {
  const found = printedSecrets(`one\ntwo Authorization: Bearer ${token}\nthree`)
  expect(found).toEqual(['line 2 of what the run has printed: a token'])
})

it.each([...keys, elliptic.toString()])('finds a private key, as it is and as a kubeconfig has it (%#)', pem => {
  const encoded = Buffer.from(pem).toString('base64')
  for (const text of [pem, `client-key-data: ${encoded}`, JSON.stringify({ key: encoded })]) {
    expect(printedSecrets(`a line\n${text}`)).toEqual(['line 2 of what the run has printed: a private key'])
  }
})

it('finds none where none is', () => {
  const words = 'client-key-data is a PEM block (-----BEGIN PRIVATE KEY-----), token: eyJ… , eyJhbGciOiJub25lIn0.x.y'
  expect(printedSecrets(words)).toEqual([])
  const certificate = Buffer.from('-----BEGIN CERTIFICATE-----\nMIIB').toString('base64')
  expect(printedSecrets(certificate)).toEqual([])
})
