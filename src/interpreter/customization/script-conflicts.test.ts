import { expect, it } from '@jest/globals'
import type { ResourceInterpreterCustomization } from '../../object/karmada-objects.ts'
import type { ScriptField } from './operations.ts'
import { findConflicts } from './script-conflicts.ts'

function customization(
  name: string,
  kind: string,
  ...fields: readonly ScriptField[]
): ResourceInterpreterCustomization {
  return {
    apiVersion: 'config.karmada.io/v1alpha1',
    kind: 'ResourceInterpreterCustomization',
    metadata: { name },
    spec: {
      target: { apiVersion: 'example.org/v1', kind },
      customizations: Object.fromEntries(fields.map(field => [field, { luaScript: 'x = 1' }])),
    },
  }
}

it.each([
  { name: 'one alone', others: [], wanted: [] },
  { name: 'another kind', others: [customization('a', 'Other', 'retention')], wanted: [] },
  { name: 'another operation', others: [customization('a', 'Shop', 'replicaResource')], wanted: [] },
  { name: 'dependencies add up', others: [customization('a', 'Shop', 'dependencyInterpretation')], wanted: [] },
  {
    name: 'an earlier one is used',
    others: [customization('a', 'Shop', 'retention')],
    wanted: ['retention: a has a script for the same kind; that of a is used'],
  },
  {
    name: 'a later one is not',
    others: [customization('z', 'Shop', 'retention')],
    wanted: ['retention: z has a script for the same kind; that of shop is used'],
  },
])('$name', ({ others, wanted }) => {
  const own = customization('shop', 'Shop', 'retention', 'dependencyInterpretation')
  expect(findConflicts(own, [own, ...others])).toEqual(wanted)
})
