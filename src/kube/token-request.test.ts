import { expect, it } from '@jest/globals'
import { tokenAccount, tokenLifetimeMs } from './token-request.ts'

const tokenOf = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.sig`

it.each([
  { name: 'by its claims', token: tokenOf({ iat: 1000, exp: 1600 }), want: 600_000 },
  { name: 'not of one that ends before it begins', token: tokenOf({ iat: 1600, exp: 1000 }), want: undefined },
  { name: 'not of one without an end', token: tokenOf({ iat: 1600 }), want: undefined },
  { name: 'not of something else', token: 'opaque', want: undefined },
])('the lifetime of a token is told $name', ({ token, want }) => expect(tokenLifetimeMs(token)).toBe(want))

it.each([
  {
    name: 'a ServiceAccount',
    token: tokenOf({ sub: 'system:serviceaccount:karmada-cluster:flotilla-agent-m1' }),
    want: { namespace: 'karmada-cluster', name: 'flotilla-agent-m1' },
  },
  { name: 'nobody that is one', token: tokenOf({ sub: 'jane' }), want: undefined },
  { name: 'nobody', token: 'opaque.x.y', want: undefined },
])('a token names $name', ({ token, want }) => expect(tokenAccount(token)).toEqual(want))
