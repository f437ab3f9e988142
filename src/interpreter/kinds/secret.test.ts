import { expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { secret } from './secret.ts'

const TOKEN = 'kubernetes.io/service-account-token'
const observed = frozenObject('v1 Secret', { data: { token: 'bWVtYmVy' } })

it.each([
  { name: "a token is the member's own", type: TOKEN, want: { token: 'bWVtYmVy' } },
  { name: "any other data is the template's", type: 'Opaque', want: null },
])('$name', ({ type, want }) =>
  expect(secret.retain?.(frozenObject('v1 Secret', { type, data: null }), observed)['data']).toEqual(want),
)

it('has nothing to retain from a token that is not filled yet', () => {
  const desired = frozenObject('v1 Secret', { type: TOKEN, data: null })
  expect(secret.retain?.(desired, frozenObject('v1 Secret'))).toBe(desired)
})
