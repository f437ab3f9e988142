import { describe, expect, it } from '@jest/globals'
import { type ExampleObject, newExampleValidator } from './example-schema.ts'

const validate = newExampleValidator([
  {
    spec: {
      group: 'policy.karmada.io',
      names: { kind: 'PropagationPolicy' },
      versions: [
        {
          name: 'v1alpha1',
          schema: {
            openAPIV3Schema: {
              type: 'object',
              required: ['spec'],
              properties: {
                apiVersion: { type: 'string' },
                kind: { type: 'string' },
                metadata: { type: 'object' },
                spec: {
                  type: 'object',
                  properties: {
                    priority: { type: 'integer', format: 'int32' },
                    conflictResolution: { type: 'string', enum: ['Abort', 'Overwrite'] },
                    size: { anyOf: [{ type: 'integer' }, { type: 'string' }], 'x-kubernetes-int-or-string': true },
                    labels: { type: 'object', additionalProperties: { type: 'string' } },
                    raw: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                    rules: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' } } } },
                  },
                },
              },
            },
          },
        },
      ],
    },
  },
])

const policy = (spec: unknown): ExampleObject & { readonly spec: unknown } => ({
  apiVersion: 'policy.karmada.io/v1alpha1',
  kind: 'PropagationPolicy',
  metadata: { name: 'a' },
  spec,
})

describe('newExampleValidator', () => {
  it.each([
    { name: 'known fields', object: policy({ priority: 1, conflictResolution: 'Abort', rules: [{ name: 'a' }] }) },
    { name: 'a number or a text where both are allowed', object: policy({ size: '10%' }) },
    { name: 'any label', object: policy({ labels: { any: 'thing' } }) },
    { name: 'unknown fields where they are kept', object: policy({ raw: { any: { thing: 1 } } }) },
    { name: 'a kind that is not ours', object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' } } },
  ])('accepts $name', ({ object }) => expect(validate(object)).toEqual([]))

  it.each([
    { name: 'a misspelt field', object: policy({ priorty: 1 }), want: '"priorty"' },
    { name: 'a misspelt field in a list', object: policy({ rules: [{ nmae: 'a' }] }), want: '/spec/rules/0' },
    { name: 'a value outside the enum', object: policy({ conflictResolution: 'abort' }), want: 'allowed values' },
    { name: 'a wrong type', object: policy({ priority: 'high' }), want: 'must be integer' },
    { name: 'a missing name', object: { apiVersion: 'v1', kind: 'Secret' }, want: 'metadata.name' },
    {
      name: 'a kind of our groups that is not defined',
      object: { apiVersion: 'policy.karmada.io/v1', kind: 'PropagationPolicy', metadata: { name: 'a' } },
      want: 'not defined',
    },
  ])('refuses $name', ({ object, want }) => expect(validate(object)).toContainEqual(expect.stringContaining(want)))
})
