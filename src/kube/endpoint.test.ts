import { describe, expect, it } from '@jest/globals'
import { parseEndpoint } from './endpoint.ts'

describe('parseEndpoint', () => {
  it.each([
    {
      name: 'host and port',
      server: 'https://h:6443',
      want: { secure: true, host: 'h', port: 6443, authority: 'h:6443', pathPrefix: '' },
    },
    { name: 'the usual port', server: 'https://h/', want: { port: 443, pathPrefix: '' } },
    { name: 'a path', server: 'https://h/k8s/c-1/', want: { pathPrefix: '/k8s/c-1' } },
    {
      name: 'an IPv6 address',
      server: 'https://[::1]:6443',
      want: { host: '::1', authority: '[::1]:6443', certificateName: '::1' },
    },
    { name: 'no TLS', server: 'http://h', want: { secure: false, port: 80 } },
  ])('reads $name', ({ server, want }) => expect(parseEndpoint({ server })).toMatchObject(want))

  it('expects the given name in the certificate', () => {
    expect(parseEndpoint({ server: 'https://1.2.3.4', serverName: 'n' }).certificateName).toBe('n')
  })

  it.each([
    ['a user', 'https://hush-hush@h'],
    ['user and password', 'https://me:hush-hush@h'],
    ['a query', 'https://h/?token=hush-hush'],
    ['a fragment', 'https://h/#hush-hush'],
  ])('refuses an address with %s, and does not quote it', (_, server) => {
    expect(() => parseEndpoint({ server })).toThrow(/the server address holds/)
    expect(() => parseEndpoint({ server })).not.toThrow(/hush-hush/)
  })

  it.each(['', 'h:6443', 'ftp://h', 'unix:///x'])('refuses %j', server => {
    expect(() => parseEndpoint({ server })).toThrow(/not an http or https URL/)
  })
})
