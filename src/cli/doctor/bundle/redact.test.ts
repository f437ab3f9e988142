import { describe, expect, it } from '@jest/globals'
import { redact, redactText } from './redact.ts'

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ4In0.c2lnbmF0dXJl'
const SECRET = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, data: { token: 'aHVudGVyMg==' } }

describe('redact', () => {
  it.each([
    { name: 'a Secret', object: SECRET },
    { name: 'a Secret in a Work', object: { kind: 'Work', spec: { workload: { manifests: [SECRET] } } } },
    { name: 'a ConfigMap', object: { kind: 'ConfigMap', data: { 'app.conf': 'aHVudGVyMg==' } } },
    { name: 'a variable', object: { env: [{ name: 'DB_PASSWORD', value: 'aHVudGVyMg==' }] } },
    { name: 'a header', object: { spec: { proxyHeader: { 'X-Auth': 'aHVudGVyMg==' } } } },
    {
      name: 'what kubectl applied',
      object: { metadata: { annotations: { 'kubectl.kubernetes.io/last-applied-configuration': 'aHVudGVyMg==' } } },
    },
    { name: 'a proxy with a password', object: { proxyURL: 'http://me:aHVudGVyMg==@proxy:3128' } },
    { name: 'a kubeconfig in a text', object: { message: 'users: [{user: {token: aHVudGVyMg==}}]' } },
  ])('takes away what $name holds', ({ object }) => {
    expect(JSON.stringify(redact(object))).not.toContain('aHVudGVyMg')
  })

  it('keeps everything else, and the keys', () => {
    const binding = { kind: 'ResourceBinding', spec: { replicas: 2, clusters: [{ name: 'm1', replicas: 2 }] } }
    expect(redact(binding)).toEqual(binding)
    expect(redact(SECRET)).toEqual({ ...SECRET, data: { token: '<removed>' } })
    expect(redact({ env: [{ name: 'LOG_LEVEL', value: 'debug' }] })).toEqual({
      env: [{ name: 'LOG_LEVEL', value: 'debug' }],
    })
  })
})

describe('redactText', () => {
  it.each([
    `Authorization: Bearer ${JWT}`,
    `token=${JWT}`,
    `a ${JWT} b`,
    '-----BEGIN RSA PRIVATE KEY-----\nc2lnbmF0dXJl\n-----END RSA PRIVATE KEY-----',
    'client-key-data: LS0tLS1CRUdJTiBSU0Ec2lnbmF0dXJl',
  ])('takes the secret out of %s', text => {
    expect(redactText(text)).not.toContain('c2lnbmF0dXJl')
    expect(redactText(text)).toContain('<removed>')
  })
})
