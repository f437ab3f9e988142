import { expect, it } from '@jest/globals'
import { a } from '../testing/builders.ts'
import { formatApplied } from './applied-rules.ts'

const policy = (name: string) => a.overridePolicy({ name })

it('records nothing when nothing was applied', () => expect(formatApplied([])).toBeUndefined())

it('records rules by name, those of one policy in their order, fields as in the structs (spec/behaviour/overrides.md §8)', () => {
  const image = { value: 'x', operator: 'replace', component: 'Tag', predicate: { path: '/spec/image' } } as const
  const text = { value: { z: 1, a: [{ y: '<&>', b: null }] }, path: '/spec', operator: 'add' } as const
  const inField = { json: [{ value: 1, subPath: '/a', operator: 'add' }], fieldPath: '/data/a' } as const
  const json = formatApplied([
    { policy: policy('z'), overriders: { imageOverrider: [image], plaintext: [text] } },
    { policy: policy('a'), overriders: { fieldOverrider: [inField] } },
    { policy: policy('z'), overriders: { labelsOverrider: [{ value: { b: '2', a: '1' }, operator: 'add' }] } },
    { policy: policy('a'), overriders: {} },
  ])
  expect(json).toBe(
    `[${[
      '{"policyName":"a","overriders":{"fieldOverrider":[{"fieldPath":"/data/a","json":[{"subPath":"/a","operator":"add","value":1}]}]}}',
      '{"policyName":"a","overriders":{}}',
      '{"policyName":"z","overriders":{"plaintext":[{"path":"/spec","operator":"add","value":{"a":[{"b":null,"y":"\\u003c\\u0026\\u003e"}],"z":1}}],"imageOverrider":[{"predicate":{"path":"/spec/image"},"component":"Tag","operator":"replace","value":"x"}]}}',
      '{"policyName":"z","overriders":{"labelsOverrider":[{"operator":"add","value":{"a":"1","b":"2"}}]}}',
    ].join(',')}]`,
  )
})
