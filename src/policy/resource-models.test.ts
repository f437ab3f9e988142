import { expect, it } from '@jest/globals'
import { DEFAULT_RESOURCE_MODELS, resourceModelsOf } from './resource-models.ts'

it('has nine grades by default (admission.md §15)', () => {
  expect(DEFAULT_RESOURCE_MODELS[3]).toEqual({
    grade: 3,
    ranges: [
      { name: 'cpu', min: '4', max: '8' },
      { name: 'memory', min: '32Gi', max: '64Gi' },
    ],
  })
  expect(DEFAULT_RESOURCE_MODELS).toHaveLength(9)
  expect(DEFAULT_RESOURCE_MODELS[8]?.ranges[0]?.max).toBe('9223372036854775807')
})

it.each([
  { name: 'none', own: undefined },
  { name: 'an empty list', own: [] },
])('a cluster that names $name has the default ones', ({ own }) =>
  expect(resourceModelsOf(own)).toBe(DEFAULT_RESOURCE_MODELS),
)

it("a cluster's own grades count", () => {
  const own = [{ grade: 0, ranges: [] }]
  expect(resourceModelsOf(own)).toBe(own)
})
