import { expect, it } from '@jest/globals'
import { frozenObject } from '../../testing/frozen-object.ts'
import { serviceAccount } from './service-account.ts'

it("keeps the references of both, each once, the template's first", () => {
  const desired = frozenObject('v1 ServiceAccount', { secrets: [{ name: 'a' }, { name: 'b', kind: 'x' }] })
  const observed = frozenObject('v1 ServiceAccount', {
    secrets: [{ name: 'b' }, { name: 'c' }],
    imagePullSecrets: [{ name: 'p' }],
  })
  const retained = serviceAccount.retain?.(desired, observed)
  expect(retained?.['secrets']).toEqual([{ name: 'a' }, { name: 'b', kind: 'x' }, { name: 'c' }])
  expect(retained?.['imagePullSecrets']).toEqual([{ name: 'p' }])
})

it('is the same object when the member has added nothing', () => {
  const desired = frozenObject('v1 ServiceAccount', { secrets: [{ name: 'a' }] })
  expect(serviceAccount.retain?.(desired, frozenObject('v1 ServiceAccount'))).toBe(desired)
})
