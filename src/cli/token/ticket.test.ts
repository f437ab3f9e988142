import { expect, it } from '@jest/globals'
import { formatTicket, parseTicket } from './ticket.ts'

const ticket = { cluster: 'm1', server: 'https://host:6443', caPem: '-----BEGIN CERTIFICATE-----\n', token: 'a.b.c' }

it('a join token gives back what was put in', () => expect(parseTicket(formatTicket(ticket))).toEqual(ticket))

it.each([
  { name: 'a token of a ServiceAccount', text: 'eyJhbGciOiJSUzI1NiJ9.e30.sig' },
  { name: 'one that was cut off', text: formatTicket(ticket).slice(0, -20) },
  { name: 'one without an address', text: `flotilla-join.${Buffer.from('{"cluster":"m1"}').toString('base64url')}` },
  { name: 'nothing', text: '' },
])('$name is no join token', ({ text }) => expect(() => parseTicket(text)).toThrow(/no join token/))
