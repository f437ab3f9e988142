import { expect, it } from '@jest/globals'
import type { Policy } from '../object/karmada-objects.ts'
import type { Change } from '../runtime/informer.ts'
import { a } from '../testing/builders.ts'
import { bringsTemplates } from './controller.ts'

const policy = (activationPreference: 'Lazy' | undefined, generation = 1): Policy => {
  const built = a.policy()
  const { metadata, spec } = built
  return {
    ...built,
    metadata: { ...metadata, generation },
    spec: { ...spec, ...(activationPreference && { activationPreference }) },
  }
}
const lazy = policy('Lazy')

// spec/behaviour/propagation.md §4
it.each<{ name: string; change: Change<Policy>; brings: boolean }>([
  { name: 'comes', change: { type: 'added', object: lazy, initial: false }, brings: true },
  { name: 'is found at start', change: { type: 'added', object: lazy, initial: true }, brings: false },
  {
    name: 'says something else',
    change: { type: 'updated', previous: lazy, object: policy('Lazy', 2) },
    brings: true,
  },
  { name: 'gets our own marks', change: { type: 'updated', previous: lazy, object: policy('Lazy') }, brings: false },
  { name: 'goes', change: { type: 'deleted', object: lazy }, brings: false },
])('a lazy policy that $name brings templates: $brings', ({ change, brings }) => {
  expect(bringsTemplates(change)).toBe(brings)
})

it('a policy that is not lazy brings none', () => {
  expect(bringsTemplates({ type: 'added', object: policy(undefined), initial: false })).toBe(false)
})
