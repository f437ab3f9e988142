import { expect, it } from '@jest/globals'
import { byName } from './by-name.ts'

it('keeps both of two objects of one name', () => {
  const entries = [
    { kind: 'ConfigMap', name: 't', value: 1 },
    { kind: 'ConfigMap', name: 's', value: 2 },
    { kind: 'Deployment', name: 't', value: 3 },
  ] as const
  expect(Object.fromEntries(byName(entries))).toEqual({ t: 1, s: 2, 't (Deployment)': 3 })
})
